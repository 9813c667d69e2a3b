import { fold, plainRoom, roomRefusal } from "../protocol/names.ts";
import { type Refusal, refusal } from "../protocol/refusal.ts";
import type { Position, RoomState, ServerMessageOf } from "../protocol/server-message.ts";
import { type Effect, publish } from "./effect.ts";
import type { Person } from "./person.ts";
import type { Room } from "./room.ts";
import type { State } from "./state.ts";

/** A session that is in a room now. */
export interface Entered<S> {
  state: RoomState;
  /** What it missed, where it was here before. */
  missed: readonly ServerMessageOf<"message">[];
  /** For the others. */
  effects: Effect<S>[];
}

/** Let a person who is online into a room; open it if there is none. Twice changes nothing. */
export function enterRoom<S>(
  state: State<S>,
  person: Person<S> & { session: S },
  name: string,
  at: number,
  position?: Position,
): Entered<S> | Refusal {
  const { limits } = state.options;
  const plain = plainRoom(name);
  const bad = roomRefusal(plain, limits.roomChars);
  if (bad !== undefined) return bad;
  if (person.rooms.size >= limits.roomsPerUser && !person.rooms.has(fold(plain))) {
    return refusal(
      "TOO_MANY_ROOMS",
      `you are in ${person.rooms.size} rooms, and nobody may be in more`,
      "leave one: /leave ROOM",
    );
  }
  const found = state.rooms.get(fold(plain));
  const room = found ?? state.openRoom(plain);
  if (found === undefined) room.owner = person;
  const isNew = !room.sessions.has(person.session);
  room.awaited.delete(person);
  room.sessions.add(person.session);
  person.rooms.set(fold(plain), room);
  const missed = position === undefined ? undefined : room.missed(position);
  const joined = {
    type: "joined",
    room: room.name,
    nick: person.nick,
    count: room.sessions.size,
    at,
  } as const;
  return {
    state: room.state(state.nicksIn(room), missed?.complete),
    missed: missed?.messages ?? [],
    effects: isNew ? [publish(room.sessions, joined, person.session)] : [],
  };
}

/** Take a person out of a room, for good. */
export function leaveRoom<S>(
  state: State<S>,
  person: Person<S>,
  room: Room<S>,
  reason: string,
  at: number,
): Effect<S>[] {
  const wasIn = person.session !== undefined && room.sessions.delete(person.session);
  room.awaited.delete(person);
  person.rooms.delete(fold(room.name));
  const left = {
    type: "left",
    room: room.name,
    nick: person.nick,
    count: room.sessions.size,
    reason,
    at,
  } as const;
  const effects = wasIn ? [publish(room.sessions, left)] : [];
  if (room.owner === person) effects.push(...passOn(state, room));
  state.dropIfDeserted(room);
  return effects;
}

/** The one who is in the room the longest owns it next. */
function passOn<S>(state: State<S>, room: Room<S>): Effect<S>[] {
  const [session] = room.sessions;
  room.owner = session === undefined ? [...room.awaited][0] : state.bySession.get(session);
  if (room.owner === undefined || session === undefined) return [];
  return [publish(room.sessions, { type: "owner", room: room.name, nick: room.owner.nick })];
}
