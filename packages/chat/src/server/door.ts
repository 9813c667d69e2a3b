import type { JsonMessage } from "@ipc-playground/framing";
import type { Cuttable } from "@ipc-playground/sockets";
import type { Limits } from "../limits.ts";
import type { Command, Hello } from "../protocol/client-message.ts";
import type { ServerMessage } from "../protocol/server-message.ts";

/** What came in by a door. */
export type Request =
  | { readonly kind: "hello"; readonly hello: Hello }
  | { readonly kind: "command"; readonly command: Command }
  /** A ping or a pong: for the heartbeat. */
  | { readonly kind: "pulse"; readonly message: JsonMessage }
  /** Something that the door answers itself, such as a command that nobody knows. */
  | { readonly kind: "answer"; readonly bytes: Uint8Array };

/**
 * A protocol by which people come to the chat. All doors share one port: the first byte that comes tells which
 * one it is. A door turns bytes into requests and messages into bytes, and knows nothing of rooms.
 */
export interface FrontDoor {
  readonly name: string;
  /** Whether a connection that begins with this byte is for this door. */
  opens(firstByte: number): boolean;
  /** Whether whoever comes this way keeps a token, and may come back with it. */
  readonly resumable: boolean;
  /** Whether people are shown what they said themselves. */
  readonly echoes: boolean;
  /** Whether it answers pings. */
  readonly hasPulse: boolean;
  /**
   * Messages as bytes, for everybody at this door: encoded once, and shared. `here`: for those whose attention
   * is on the room that the messages are from.
   */
  encode(messages: readonly ServerMessage[], here: boolean): Uint8Array;
  /** Somebody comes in. The stream is what a deadline cuts. */
  visit(stream: Cuttable, limits: Limits): Visit;
}

/** What a door knows of one connection. */
export interface Visit {
  push(chunk: Uint8Array): void;
  /** No more bytes will come. What is left may be a last request; half a one is none. */
  end(): void;
  /**
   * The next request, or `null` until more bytes come.
   *
   * @throws {IpcError} FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
   */
  next(): Request | null;
  /** A message for this one alone. */
  encode(message: ServerMessage): Uint8Array;
  /** Whether this one's attention is on that room. */
  isHere(room: string): boolean;
}
