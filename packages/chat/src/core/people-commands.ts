import type { CommandOf } from "../protocol/client-message.ts";
import { fold, nickRefusal, plainRoom } from "../protocol/names.ts";
import { refusal } from "../protocol/refusal.ts";
import type { Person as PersonTold } from "../protocol/server-message.ts";
import { textRefusal } from "../protocol/text.ts";
import { type Asker, done, noRoom, type Outcome } from "./answers.ts";
import { type Effect, type End, publish, tell } from "./effect.ts";
import { leaveRoom } from "./membership.ts";
import type { Person } from "./person.ts";
import type { State } from "./state.ts";

export function nick<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, nick: to }: CommandOf<"nick">,
  at: number,
): Outcome<S> {
  const bad = nickRefusal(to, state.options.limits.nickChars);
  if (bad !== undefined) return bad;
  const holder = state.people.get(fold(to));
  // One's own name may change its case.
  if (holder !== undefined && holder !== asker) {
    return refusal("NICK_TAKEN", `somebody is called ${holder.nick} already`, "choose another nickname");
  }
  const from = asker.nick;
  state.people.delete(fold(from));
  state.people.set(fold(to), asker);
  asker.nick = to;
  const told = new Set([asker.session]);
  for (const room of asker.rooms.values()) for (const session of room.sessions) told.add(session);
  return [publish(told, { type: "renamed", from, to, at }), ...done(asker, `you are ${to} now`, id)];
}

export function people<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room: name }: CommandOf<"people">,
): Outcome<S> {
  const room = name === undefined ? undefined : state.rooms.get(fold(plainRoom(name)));
  if (name !== undefined && room === undefined) return noRoom(name);
  const sessions = room?.sessions ?? state.bySession.keys();
  const listed = Array.from(sessions, (session) => toldOf(state.bySession.get(session) as Person<S>));
  return [tell(asker.session, { type: "people", ...(id !== undefined && { id }), people: listed })];
}

export function quit<S>(
  state: State<S>,
  asker: Asker<S>,
  { reason = "" }: CommandOf<"quit">,
  at: number,
): Outcome<S> {
  const isFit = reason !== "" && textRefusal(reason, state.options.limits.topicChars) === undefined;
  return depart(state, asker, { why: "quit", reason: isFit ? `quit: ${reason}` : "quit" }, at);
}

/** A person goes for good: out of all rooms, and the session ends. */
export function depart<S>(
  state: State<S>,
  person: Person<S>,
  { why, reason }: Pick<End<S>, "why" | "reason">,
  at: number,
): Effect<S>[] {
  const { session, nick } = person;
  const effects = [...person.rooms.values()].flatMap((room) => leaveRoom(state, person, room, reason, at));
  state.removePerson(person);
  return session === undefined ? effects : [...effects, { kind: "end", to: session, why, reason, nick }];
}

/** A person as others may know them. */
export function toldOf<S>({ nick, visitor, rooms, since }: Person<S>): PersonTold {
  return {
    nick,
    from: visitor.from,
    door: visitor.door,
    rooms: Array.from(rooms.values(), ({ name }) => name),
    since,
  };
}
