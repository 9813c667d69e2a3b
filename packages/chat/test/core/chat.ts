import { ChatCore } from "../../src/core/chat-core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { Visitor } from "../../src/core/person.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import type { Command, Hello } from "../../src/protocol/client-message.ts";
import type { ServerMessage, ServerMessageOf } from "../../src/protocol/server-message.ts";

/** Somebody who could come back with a token, and somebody who could not. */
export const FRAMES: Visitor = { from: "127.0.0.1:1", door: "frames", resumable: true };
export const LINES: Visitor = { from: "127.0.0.1:2", door: "lines", resumable: false };

/** A room core whose sessions are strings, with time that moves when it is told to. */
export class Chat {
  readonly core: ChatCore<string>;
  now = 1_000_000;
  #ids = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.core = new ChatCore<string>({
      name: "test",
      limits: { ...DEFAULT_LIMITS, ...limits },
      newId: () => `id${++this.#ids}`,
      lobby: "lobby",
    });
  }

  /** A session says hello, as itself unless the hello says otherwise. */
  enter(session: string, hello: Partial<Hello> = {}, visitor = FRAMES): Told {
    const outcome = this.core.enter(
      session,
      { type: "hello", version: 1, nick: session, ...hello },
      visitor,
      this.now,
    );
    return Array.isArray(outcome)
      ? toldBy(outcome)
      : toldBy([{ kind: "tell", to: session, message: { type: "error", ...outcome } }]);
  }

  ask(session: string, command: Command): Told {
    return toldBy(this.core.handle(session, command, this.now));
  }

  say(session: string, text: string, room = "lobby", id?: string): Told {
    return this.ask(session, { type: "say", room, text, ...(id !== undefined && { id }) });
  }

  join(session: string, room: string): Told {
    return this.ask(session, { type: "join", room });
  }

  gone(session: string): Told {
    return toldBy(this.core.gone(session, "lost", this.now));
  }

  /** Let time pass, and have the core look who did not come back. */
  pass(ms: number): Told {
    this.now += ms;
    return toldBy(this.core.tick(this.now));
  }

  expel(nick: string, reason = ""): Told | undefined {
    const effects = this.core.expel(nick, reason, this.now);
    return effects && toldBy(effects);
  }
}

/** What each session was told in answer to one command, in order. Own messages come back, own notices do not. */
export class Told {
  readonly bySession = new Map<string, ServerMessage[]>();
  /** The sessions that are over, and why. */
  readonly ended: { session: string; reason: string }[] = [];

  to(session: string): ServerMessage[] {
    return this.bySession.get(session) ?? [];
  }

  /** The one message of that type that this session was told. */
  one<T extends ServerMessage["type"]>(session: string, type: T): ServerMessageOf<T> {
    const found = this.to(session).filter((message) => message.type === type);
    if (found.length === 1) return found[0] as ServerMessageOf<T>;
    throw new Error(`${session} was told ${found.length} times ${type}: ${JSON.stringify(this.to(session))}`);
  }

  /** The code of the refusal that this session got. */
  code(session: string): string {
    return this.one(session, "error").code;
  }

  texts(session: string): string[] {
    return this.to(session).flatMap((message) => (message.type === "message" ? [message.text] : []));
  }

  add(session: string, message: ServerMessage): void {
    this.bySession.set(session, [...this.to(session), message]);
  }
}

export function toldBy(effects: readonly Effect<string>[]): Told {
  const told = new Told();
  for (const effect of effects) {
    if (effect.kind === "end") told.ended.push({ session: effect.to, reason: effect.reason });
    else if (effect.kind === "tell") told.add(effect.to, effect.message);
    else {
      const isSaid = effect.message.type === "message";
      for (const session of effect.to) if (isSaid || session !== effect.by) told.add(session, effect.message);
    }
  }
  return told;
}
