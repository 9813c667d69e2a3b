import type { RoundTripSummary } from "@ipc-playground/sockets";
import type { Person, RoomState, RoomSummary } from "../protocol/server-message.ts";
import type { ChatState, Receipt } from "./events.ts";

/** Draft of the public surface; replaced by the class. */
export interface ChatClientSurface {
  readonly state: ChatState;
  /** As the server has it: it may have been changed. */
  readonly nick: string;
  readonly rooms: readonly string[];
  people(room: string): readonly string[];
  readonly roundTrips: RoundTripSummary;
  /** Say something in a room; resolves when the server has accepted it, across reconnects. */
  say(room: string, text: string): Promise<Receipt>;
  whisper(to: string, text: string): Promise<void>;
  setNick(nick: string): Promise<void>;
  join(room: string): Promise<RoomState>;
  leave(room: string): Promise<void>;
  list(room?: string): Promise<Person[]>;
  listRooms(): Promise<RoomSummary[]>;
  setTopic(room: string, topic: string): Promise<void>;
  kick(room: string, nick: string, reason?: string): Promise<void>;
  /** Say goodbye; resolves when it is over. */
  quit(reason?: string): Promise<void>;
  /** Hang up at once. */
  close(): void;
}
