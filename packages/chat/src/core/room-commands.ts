import type { CommandOf } from "../protocol/client-message.ts";
import { fold, plainRoom } from "../protocol/names.ts";
import type { RoomSummary } from "../protocol/server-message.ts";
import { textRefusal } from "../protocol/text.ts";
import { type Asker, done, nobody, notIn, notOwner, type Outcome } from "./answers.ts";
import { type Effect, publish, tell } from "./effect.ts";
import { enterRoom, leaveRoom } from "./membership.ts";
import type { State } from "./state.ts";

export function join<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room, resume }: CommandOf<"join">,
  at: number,
): Outcome<S> {
  const entered = enterRoom(state, asker, room, at, resume);
  if ("code" in entered) return entered;
  const answer = { type: "room", ...(id !== undefined && { id }), ...entered.state } as const;
  return [
    tell(asker.session, answer),
    ...entered.missed.map((message) => tell(asker.session, message)),
    ...entered.effects,
  ];
}

export function leave<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room: name }: CommandOf<"leave">,
  at: number,
): Outcome<S> {
  const room = asker.rooms.get(fold(plainRoom(name)));
  if (room === undefined) return notIn(state, name);
  const effects = leaveRoom(state, asker, room, "left", at);
  const done = {
    type: "done",
    ...(id !== undefined && { id }),
    what: `you left ${room.name}`,
    left: room.name,
  } as const;
  return [tell(asker.session, done), ...effects];
}

export function rooms<S>(state: State<S>, asker: Asker<S>, { id }: CommandOf<"rooms">): Outcome<S> {
  return [tell(asker.session, { type: "rooms", ...(id !== undefined && { id }), rooms: roomsTold(state) })];
}

export function topic<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room: name, topic }: CommandOf<"topic">,
  at: number,
): Outcome<S> {
  const room = asker.rooms.get(fold(plainRoom(name)));
  if (room === undefined) return notIn(state, name);
  if (room.owner !== asker && !room.isLobby) return notOwner(room);
  const bad = topic === "" ? undefined : textRefusal(topic, state.options.limits.topicChars);
  if (bad !== undefined) return bad;
  room.topic = topic;
  return [
    publish(room.sessions, { type: "topic", room: room.name, topic, by: asker.nick, at }),
    ...done(asker, "the topic is changed", id),
  ];
}

export function kick<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room: name, nick, reason = "" }: CommandOf<"kick">,
  at: number,
): Outcome<S> {
  const room = asker.rooms.get(fold(plainRoom(name)));
  if (room === undefined) return notIn(state, name);
  if (room.owner !== asker) return notOwner(room);
  const kicked = state.people.get(fold(nick));
  if (kicked === undefined || !kicked.rooms.has(fold(room.name))) return nobody(nick);
  const bad = reason === "" ? undefined : textRefusal(reason, state.options.limits.topicChars);
  if (bad !== undefined) return bad;
  const said = `kicked by ${asker.nick}${reason === "" ? "" : `: ${reason}`}`;
  const effects: Effect<S>[] = leaveRoom(state, kicked, room, said, at);
  if (kicked.session !== undefined) {
    effects.unshift(tell(kicked.session, { type: "kicked", room: room.name, by: asker.nick, reason }));
  }
  return [...effects, ...done(asker, `${kicked.nick} is out of ${room.name}`, id)];
}

/** The rooms as anybody may know them. */
export function roomsTold<S>(state: State<S>): RoomSummary[] {
  return Array.from(state.rooms.values(), ({ name: room, sessions, topic }) => ({
    room,
    count: sessions.size,
    topic,
  }));
}
