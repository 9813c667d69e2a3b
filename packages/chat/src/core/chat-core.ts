import type { Command, Hello } from "../protocol/client-message.ts";
import { fold } from "../protocol/names.ts";
import { type Refusal, refusal } from "../protocol/refusal.ts";
import type { Person as PersonTold, RoomSummary, ServerMessage } from "../protocol/server-message.ts";
import type { Asker } from "./answers.ts";
import { carryOut } from "./carry-out.ts";
import { type Effect, publish, tell } from "./effect.ts";
import { enter } from "./enter.ts";
import { leaveRoom } from "./membership.ts";
import { depart, toldOf } from "./people-commands.ts";
import type { Visitor } from "./person.ts";
import { roomsTold } from "./room-commands.ts";
import { type CoreOptions, State } from "./state.ts";

/**
 * The chat, without sockets: who is where, and who is told what. Commands in, effects out; time (milliseconds
 * since 1970, as `now`) and chance are passed in. It knows no protocol: a session is whatever `S` is.
 */
export class ChatCore<S> {
  readonly #state: State<S>;

  constructor(options: CoreOptions) {
    this.#state = new State(options);
  }

  /** A session says who it is. A refusal changes nothing: it may try again. */
  enter(session: S, hello: Hello, visitor: Visitor, now: number): Effect<S>[] | Refusal {
    if (this.#state.bySession.has(session)) {
      return refusal("BAD_MESSAGE", "you said hello already", "go on talking; /nick changes the name");
    }
    return enter(this.#state, session, hello, visitor, now);
  }

  /** A session that has entered asks for something. */
  handle(session: S, command: Command, now: number): Effect<S>[] {
    const asker = this.#state.bySession.get(session) as Asker<S> | undefined;
    const outcome: Effect<S>[] | Refusal =
      asker === undefined
        ? refusal("HELLO_FIRST", "nobody knows who you are", "say hello first")
        : carryOut(this.#state, asker, command, now);
    if (Array.isArray(outcome)) return outcome;
    const id = "id" in command ? command.id : undefined;
    return [tell(session, { type: "error", ...(id !== undefined && { id }), ...outcome })];
  }

  /**
   * The session's connection is over. A person who may come back is awaited for `repeatMs`: the name is kept,
   * and the rooms keep their history.
   */
  gone(session: S, reason: string, now: number): Effect<S>[] {
    const state = this.#state;
    const person = state.bySession.get(session);
    if (person === undefined) return [];
    if (!person.visitor.resumable)
      return depart(state, person, { why: "quit", reason }, now).filter(({ kind }) => kind !== "end");
    state.bySession.delete(session);
    person.session = undefined;
    person.awaitedUntil = now + state.options.limits.repeatMs;
    state.awaited.add(person);
    return [...person.rooms.values()].flatMap((room) => {
      room.sessions.delete(session);
      room.awaited.add(person);
      const { name, sessions } = room;
      const left = {
        type: "left",
        room: name,
        nick: person.nick,
        count: sessions.size,
        reason,
        at: now,
      } as const;
      return [publish(sessions, left)];
    });
  }

  /** Give up those who did not come back in time. To be called now and then. */
  tick(now: number): Effect<S>[] {
    const effects: Effect<S>[] = [];
    for (const person of this.#state.awaited) {
      if (person.awaitedUntil > now) break;
      for (const room of [...person.rooms.values()]) {
        effects.push(...leaveRoom(this.#state, person, room, "did not come back", now));
      }
      this.#state.removePerson(person);
    }
    return effects;
  }

  /** The operator sends somebody away. `undefined`: nobody is called that. */
  expel(nick: string, reason: string, now: number): Effect<S>[] | undefined {
    const person = this.#state.people.get(fold(nick));
    if (person === undefined) return undefined;
    const said = `kicked by the operator${reason === "" ? "" : `: ${reason}`}`;
    const effects = depart(this.#state, person, { why: "kicked", reason: said }, now);
    const last = effects.at(-1);
    if (last?.kind !== "end") return effects;
    return [tell(last.to, { type: "kicked", by: "operator", reason }), ...effects];
  }

  /** Tell everybody who is online. */
  tellAll(message: ServerMessage): Effect<S>[] {
    return [publish(new Set(this.#state.bySession.keys()), message)];
  }

  /** Who a session is, if it has entered. */
  nickOf(session: S): string | undefined {
    return this.#state.bySession.get(session)?.nick;
  }

  /** Everybody who is online, in the order in which they came. */
  people(): PersonTold[] {
    return Array.from(this.#state.bySession.values(), (person) => toldOf(person));
  }

  rooms(): RoomSummary[] {
    return roomsTold(this.#state);
  }

  get online(): number {
    return this.#state.bySession.size;
  }

  get roomCount(): number {
    return this.#state.rooms.size;
  }

  /** People who were cut off and may be back. */
  get awaited(): number {
    return this.#state.awaited.size;
  }
}
