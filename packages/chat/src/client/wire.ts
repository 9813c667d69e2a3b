import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { type Decoder, type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import type { Address, Pulse } from "@ipc-playground/sockets";
import { SERVER_FRAME_BYTES } from "../limits.ts";
import { isFrame, NoFrame } from "./no-frame.ts";
import { type ChatTls, secured } from "./secure.ts";

const codec = json(lengthPrefixed({ max: SERVER_FRAME_BYTES }));

/** @throws {IpcError} FRAME_TOO_LONG, BAD_ARGUMENT */
export function encode(message: object): Uint8Array[] {
  return codec.encode(message as JsonMessage);
}

export interface WireEvents {
  message(message: JsonMessage): void;
  /** What was written is out, and more may be. */
  drain(): void;
}

/** One connection: messages both ways, in order. It tells nobody of its end: who has the socket sees that. */
export class Wire implements Pulse {
  /** Why it ended, if that is known here and not at the socket. */
  failure: IpcError | undefined;
  readonly #socket: Socket;
  /** The socket, or TLS over it. */
  readonly #stream: Socket;
  readonly #events: WireEvents;
  readonly #decoder: Decoder<JsonMessage> = codec.decoder();
  readonly #noFrame: NoFrame;
  #speaksFrames: boolean | undefined;
  #over = false;

  constructor(socket: Socket, where: Address, tls: ChatTls | undefined, events: WireEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#noFrame = new NoFrame(where);
    this.#stream = tls === undefined ? socket : secured(socket, where, tls, (why) => this.destroy(why));
    this.#stream.on("data", (chunk) => this.#take(chunk));
    this.#stream.on("end", () => this.#ended());
    this.#stream.on("drain", () => events.drain());
    socket.once("close", () => this.destroy());
  }

  once(event: "close", listener: () => void): void {
    this.#socket.once(event, listener);
  }

  get writableNeedDrain(): boolean {
    return this.#over || this.#stream.writableNeedDrain;
  }

  write(message: object): void {
    this.send(encode(message));
  }

  send(bytes: readonly Uint8Array[]): void {
    if (this.#over || !this.#stream.writable) return;
    for (const part of bytes) this.#stream.write(part);
  }

  /** Hang up at once; what is not out yet is lost. */
  destroy(why?: IpcError): void {
    this.#over = true;
    this.failure ??= why;
    this.#socket.destroy(why);
    // TLS over it would not always notice.
    this.#stream.destroy();
  }

  #take(chunk: Buffer): void {
    this.#speaksFrames ??= isFrame(chunk[0] as number);
    if (!this.#speaksFrames) {
      const why = this.#noFrame.push(chunk);
      if (why !== undefined) this.destroy(why);
      return;
    }
    this.#decoder.push(chunk);
    // Whoever is told of a message may hang up.
    while (!this.#over) {
      const message = this.#next();
      if (message === null) return;
      this.#events.message(message);
    }
  }

  #next(): JsonMessage | null {
    try {
      return this.#decoder.next();
    } catch (error) {
      if (!(error instanceof IpcError)) throw error;
      this.destroy(error);
      return null;
    }
  }

  /** Nothing comes any more: what is written would not be answered. */
  #ended(): void {
    this.destroy(this.#speaksFrames ? this.#cut() : this.#noFrame.end());
  }

  /** Whether the bytes end inside a frame. */
  #cut(): IpcError | undefined {
    try {
      this.#decoder.end();
      return undefined;
    } catch (error) {
      if (error instanceof IpcError) return error;
      throw error;
    }
  }
}
