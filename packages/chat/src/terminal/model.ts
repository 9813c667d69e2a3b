import type { RoundTripSummary } from "@ipc-playground/sockets";
import { fold } from "../protocol/names.ts";
import type { RoomState, ServerMessageOf } from "../protocol/server-message.ts";
import type { AnswerLine } from "./answers.ts";
import type { Size } from "./layout.ts";
import type { Content, Pending } from "./line.ts";
import { closed, newRoom, opened, type Room, withLine } from "./room.ts";
import { NOTHING_TYPED, type Typing } from "./typing.ts";

/** How it is with the connection. */
export type Link =
  | { readonly state: "connecting"; readonly failures: number }
  | { readonly state: "greeting" | "online" | "closed" }
  /** The next try is at `until`, in milliseconds since 1970. */
  | { readonly state: "waiting"; readonly failures: number; readonly until: number; readonly why: string };

/** All that the screen shows. Every text in it is harmless. */
export interface State {
  /** Where the server is. */
  readonly server: string;
  readonly me: string;
  readonly link: Link;
  readonly roundTrips: RoundTripSummary;
  /** In the order in which they were entered. */
  readonly rooms: readonly Room[];
  /** The room that is seen, by its folded name; `undefined`: one is in none, and sees `nowhere`. */
  readonly shown: string | undefined;
  /** What there is to read where there is no room. */
  readonly nowhere: Room;
  readonly typing: Typing;
  readonly size: Size;
  readonly nextId: number;
}

/** What the server says, as it says it, and what else the client tells. */
export type NetworkEvent =
  | ServerMessageOf<"room" | "message" | "whisper" | "joined" | "left" | "renamed" | "topic" | "owner">
  | ServerMessageOf<"kicked" | "notice" | "shutdown" | "error">
  | { type: "welcomed"; welcome: ServerMessageOf<"welcome">; again: boolean }
  | { type: "link"; link: Link }
  | { type: "here"; room: string; nicks: readonly string[] }
  | { type: "gap"; room: string };

/** What the person does, and what comes of it. */
export type LocalEvent =
  /** Its id is the state's next one. `room`: empty where one is in none. */
  | { type: "sending"; room: string; content: Pending["content"] }
  | { type: "accepted"; id: number; at?: Pending["accepted"] }
  | { type: "failed"; id: number; fact: string; nextStep: string }
  | { type: "answer"; lines: readonly AnswerLine[] }
  | { type: "problem"; fact: string; nextStep: string }
  | { type: "gone"; room: string }
  | { type: "show"; room: string }
  | { type: "clear" }
  | { type: "entered" }
  | { type: "size"; size: Size }
  | { type: "pulse"; roundTrips: RoundTripSummary };

export function newState(server: string, me: string, size: Size): State {
  return {
    server,
    me,
    link: { state: "connecting", failures: 0 },
    roundTrips: { count: 0, lastMs: null, meanMs: null, p99Ms: null },
    rooms: [],
    shown: undefined,
    nowhere: newRoom(""),
    typing: NOTHING_TYPED,
    size,
    nextId: 1,
  };
}

/** The room that is seen. */
export function shownRoom({ rooms, shown, nowhere }: State): Room {
  return rooms.find(({ name }) => fold(name) === shown) ?? nowhere;
}

export function isMe({ me }: State, nick: string): boolean {
  return fold(me) === fold(nick);
}

/** Change one room. One that is not there is none that one is in. */
export function changeRoom(state: State, name: string, change: (room: Room, shown: boolean) => Room): State {
  const key = fold(name);
  if (state.shown === undefined && name === "") return { ...state, nowhere: change(state.nowhere, true) };
  const rooms = state.rooms.map((room) =>
    fold(room.name) === key ? change(room, key === state.shown) : room,
  );
  return { ...state, rooms };
}

export function changeShown(state: State, change: (room: Room) => Room): State {
  return changeRoom(state, state.shown ?? "", change);
}

/** A line in one room, or in the one that is seen. */
export function addLine(state: State, content: Content, at: number, room = state.shown ?? ""): State {
  const line = { id: state.nextId, at, ...content };
  return {
    ...changeRoom(state, room, (old, shown) => withLine(old, line, shown)),
    nextId: state.nextId + 1,
  };
}

/** Go to another room. */
export function show(state: State, name: string): State {
  const key = fold(name);
  if (key === state.shown || !state.rooms.some((room) => fold(room.name) === key)) return state;
  const left = changeShown(state, closed);
  return changeShown({ ...left, shown: key }, opened);
}

/** One is in a room, newly or still. */
export function inRoom(state: State, { room: name, people, topic, owner }: RoomState): State {
  const known = state.rooms.some((room) => fold(room.name) === fold(name));
  const rooms = known ? state.rooms : [...state.rooms, newRoom(name)];
  return changeRoom({ ...state, rooms }, name, (room) => ({ ...room, name, people, topic, owner }));
}

/** One is no longer in it. */
export function outOfRoom(state: State, name: string): State {
  const key = fold(name);
  const at = state.rooms.findIndex((room) => fold(room.name) === key);
  if (at < 0) return state;
  const rooms = state.rooms.toSpliced(at, 1);
  const neighbour = rooms[Math.min(at, rooms.length - 1)];
  if (key !== state.shown) return { ...state, rooms };
  if (neighbour === undefined) return { ...state, rooms, shown: undefined };
  return changeShown({ ...state, rooms, shown: fold(neighbour.name) }, opened);
}
