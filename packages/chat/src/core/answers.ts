import { fold, plainRoom, quoted } from "../protocol/names.ts";
import { type Refusal, refusal } from "../protocol/refusal.ts";
import { type Effect, tell } from "./effect.ts";
import type { Person } from "./person.ts";
import type { Room } from "./room.ts";
import type { State } from "./state.ts";

/** Who asks: somebody who is online. */
export type Asker<S> = Person<S> & { session: S };

/** What a command leads to. */
export type Outcome<S> = Effect<S>[] | Refusal;

/** The answer to a request that is seen in no other way, or that somebody waits for. */
export function done<S>(asker: Asker<S>, what: string, id: string | undefined): Effect<S>[] {
  return id === undefined ? [] : [tell(asker.session, { type: "done", id, what })];
}

export function notIn<S>(state: State<S>, name: string): Refusal {
  if (!state.rooms.has(fold(plainRoom(name)))) return noRoom(name);
  return refusal("NOT_IN_ROOM", `you are not in ${quoted(plainRoom(name))}`, "join it first: /join ROOM");
}

export function noRoom(name: string): Refusal {
  return refusal(
    "NO_SUCH_ROOM",
    `there is no room ${quoted(plainRoom(name))}`,
    "/rooms lists them; /join opens a new one",
  );
}

export function nobody(nick: string): Refusal {
  return refusal("NO_SUCH_PERSON", `nobody is called ${quoted(nick)} here`, "/list says who is here");
}

export function notOwner<S>({ name, owner }: Room<S>): Refusal {
  const fact = owner === undefined ? `nobody owns ${name}` : `${name} is ${owner.nick}'s`;
  return refusal("NOT_OWNER", fact, "ask the owner, or the server's operator");
}
