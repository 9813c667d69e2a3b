import type { Hello } from "../protocol/client-message.ts";
import { PROTOCOL_VERSION } from "../protocol/client-message.ts";
import { fold, nickRefusal, plainRoom } from "../protocol/names.ts";
import { type Refusal, refusal } from "../protocol/refusal.ts";
import type { Position, RoomState, ServerMessageOf } from "../protocol/server-message.ts";
import { type Effect, tell } from "./effect.ts";
import { enterRoom, leaveRoom } from "./membership.ts";
import type { Person, Visitor } from "./person.ts";
import type { State } from "./state.ts";

/** Things that this server can do beyond the bare protocol. */
const CAPABILITIES = ["resume", "repeat", "ping"];

type Online<S> = Person<S> & { session: S };

interface Wanted {
  room: string;
  position?: Position;
}

/** A session says who it is: somebody new, or somebody who was cut off. */
export function enter<S>(
  state: State<S>,
  session: S,
  hello: Hello,
  visitor: Visitor,
  now: number,
): Effect<S>[] | Refusal {
  const { name: server } = state.options;
  if (hello.version !== PROTOCOL_VERSION) {
    return refusal(
      "BAD_VERSION",
      `the server speaks version ${PROTOCOL_VERSION}, not ${hello.version}`,
      "use a client of that version",
    );
  }
  const known = hello.token === undefined ? undefined : state.byToken.get(hello.token);
  const bad = known === undefined ? newcomerRefusal(state, hello.nick) : undefined;
  if (bad !== undefined) return bad;
  const before: Effect<S>[] = [];
  const person =
    known === undefined
      ? (state.addPerson(hello, session, visitor, now) as Online<S>)
      : comeBack(state, known, session, visitor, before);
  const states: RoomState[] = [];
  const missed: ServerMessageOf<"message">[] = [];
  const notices: Effect<S>[] = [];
  for (const { room, position } of roomsOf(state, hello)) {
    const entered = enterRoom(state, person, room, now, position);
    // A room that is refused here is told, and does not keep anybody out of the others.
    if ("code" in entered) notices.push(tell(session, { type: "error", ...entered }));
    else {
      states.push(entered.state);
      missed.push(...entered.missed);
      notices.push(...entered.effects);
    }
  }
  // Rooms that a person who is back no longer wants.
  for (const room of [...person.rooms.values()]) {
    if (!states.some((entered) => entered.room === room.name)) {
      notices.push(...leaveRoom(state, person, room, "left", now));
    }
  }
  const welcome: ServerMessageOf<"welcome"> = {
    type: "welcome",
    version: PROTOCOL_VERSION,
    server,
    nick: person.nick,
    token: person.token,
    rooms: states,
    capabilities: CAPABILITIES,
    online: state.bySession.size,
  };
  const told = [welcome, ...missed].map((message) => tell(session, message));
  return [...before, ...told, ...notices];
}

function newcomerRefusal<S>(state: State<S>, nick: string): Refusal | undefined {
  const bad = nickRefusal(nick, state.options.limits.nickChars);
  if (bad !== undefined) return bad;
  const holder = state.people.get(fold(nick));
  if (holder === undefined) return undefined;
  const fact =
    holder.session === undefined
      ? `${holder.nick} was cut off and may be back`
      : `somebody is called ${holder.nick} already`;
  return refusal("NICK_TAKEN", fact, "choose another nickname");
}

/** The same person by another connection; the old one, should it still be there, ends. */
function comeBack<S>(
  state: State<S>,
  person: Person<S>,
  session: S,
  visitor: Visitor,
  effects: Effect<S>[],
): Online<S> {
  const { session: old } = person;
  if (old !== undefined) {
    state.bySession.delete(old);
    // Nobody sees it: the new connection takes the old one's place.
    for (const room of person.rooms.values()) {
      room.sessions.delete(old);
      room.sessions.add(session);
    }
    effects.push({
      kind: "end",
      to: old,
      why: "replaced",
      reason: "came back by another connection",
      nick: person.nick,
    });
  }
  state.awaited.delete(person);
  state.bySession.set(session, person);
  return Object.assign(person, { session, visitor });
}

/** The rooms to go into, each with where one was in it. */
function roomsOf<S>(state: State<S>, { rooms, resume = {} }: Hello): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const [room, position] of Object.entries(resume))
    wanted.set(fold(plainRoom(room)), { room, position });
  for (const room of rooms ?? (wanted.size === 0 ? [state.lobby.name] : [])) {
    const folded = fold(plainRoom(room));
    if (!wanted.has(folded)) wanted.set(folded, { room });
  }
  return [...wanted.values()];
}
