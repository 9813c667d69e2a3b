import type { IpcError } from "@ipc-playground/contract";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-message.ts";

/**
 * `connecting`: on the way; `greeting`: connected, the hello is under way; `online`: may talk;
 * `waiting`: cut off, the next try comes; `closed`: over for good.
 */
export type ChatState = "connecting" | "greeting" | "online" | "waiting" | "closed";

/** Where a message went: once it is acknowledged, everybody who stays or resumes sees it exactly once. */
export interface Receipt {
  room: string;
  epoch: string;
  seq: number;
}

/** What a {@link ChatClient} tells. Nobody has to listen to any of it. */
export interface ChatEvents {
  state: [state: ChatState];
  /** The next try is so many milliseconds away, and why there is one. */
  waiting: [delayMs: number, why: IpcError];
  /** In, the first time or again; `again`: this person was here before. */
  welcome: [welcome: ServerMessageOf<"welcome">, again: boolean];
  /** Somebody, oneself included, said something in a room. Each message once, in order. */
  message: [message: ServerMessageOf<"message">];
  whisper: [whisper: ServerMessageOf<"whisper">];
  /** Messages of this room were missed and are not kept any more. */
  gap: [room: string];
  joined: [notice: ServerMessageOf<"joined">];
  left: [notice: ServerMessageOf<"left">];
  renamed: [notice: ServerMessageOf<"renamed">];
  /** Who is in that room, whenever that changes. */
  people: [room: string, nicks: readonly string[]];
  topic: [notice: ServerMessageOf<"topic">];
  owner: [notice: ServerMessageOf<"owner">];
  kicked: [notice: ServerMessageOf<"kicked">];
  notice: [notice: ServerMessageOf<"notice">];
  shutdown: [notice: ServerMessageOf<"shutdown">];
  /** Something was refused that nobody waits for the answer of. */
  refused: [error: ServerMessageOf<"error">];
  /** Over: with the error that ended it, or without, after `close()` or `quit()`. */
  closed: [error: IpcError | undefined];
  /** Every message of the server, before anything else is made of it. */
  raw: [message: ServerMessage];
}
