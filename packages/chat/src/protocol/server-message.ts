import type { RefusalCode } from "./refusal.ts";

/** Where somebody is in a room's messages: the room's epoch, and the sequence number of the last one seen. */
export type Position = readonly [epoch: string, seq: number];

/** A room, as it is told to whoever comes in. */
export interface RoomState {
  room: string;
  /** Made up when the room was opened: another epoch is another history. */
  epoch: string;
  /** Of the latest message; 0: there was none. */
  seq: number;
  topic: string;
  /** Nobody owns the room that everybody begins in. */
  owner: string | null;
  /** Who is in, oneself included, by nickname. */
  people: string[];
  /**
   * Whether all that was missed follows, as messages. `false`: history lost; those that there are follow.
   * Absent: there was nothing to resume.
   */
  recovered?: boolean;
}

export interface Person {
  nick: string;
  /** Address and port, as the server sees them. */
  from: string;
  /** By which door: `frames`, `lines`. */
  door: string;
  rooms: string[];
  /** Milliseconds since the epoch (1970). */
  since: number;
}

export interface RoomSummary {
  room: string;
  count: number;
  topic: string;
}

/**
 * What the server says, in the terms of the room core; the native protocol writes it as JSON, other doors in
 * their own way. `at` is milliseconds since 1970. An answer carries the `id` of the message it answers.
 */
export type ServerMessage =
  | {
      type: "welcome";
      version: number;
      server: string;
      nick: string;
      /** A secret of this person: with it, a client that was cut off is itself again. The client's own, if it sent one. */
      token: string;
      rooms: RoomState[];
      capabilities: readonly string[];
      /** Everybody on the server, in whatever room. */
      online: number;
    }
  | ({ type: "room"; id?: string } & RoomState)
  | { type: "message"; room: string; epoch: string; seq: number; from: string; text: string; at: number }
  /** The message with this id was accepted. A whisper has no room. `repeat`: it had been before. */
  | { type: "ack"; id: string; room?: string; epoch?: string; seq?: number; repeat?: true }
  | { type: "whisper"; from: string; to: string; text: string; at: number }
  | { type: "joined"; room: string; nick: string; count: number; at: number }
  | { type: "left"; room: string; nick: string; count: number; reason: string; at: number }
  | { type: "renamed"; from: string; to: string; at: number }
  | { type: "topic"; room: string; topic: string; by: string; at: number }
  | { type: "owner"; room: string; nick: string }
  /** You were sent out of a room; or off the server, where there is no room. */
  | { type: "kicked"; room?: string; by: string; reason: string }
  | { type: "people"; id?: string; people: Person[] }
  | { type: "rooms"; id?: string; rooms: RoomSummary[] }
  /** The operator says something to everybody. */
  | { type: "notice"; text: string; at: number }
  | { type: "shutdown"; backInMs: number }
  /** It is done. `left`: a room that one is no longer in. */
  | { type: "done"; id?: string; what: string; left?: string }
  | { type: "error"; id?: string; code: RefusalCode; fact: string; nextStep: string; final?: true };

export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
