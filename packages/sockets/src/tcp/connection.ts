import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import { addressText } from "./address.ts";
import { systemClock } from "./clock.ts";

/** What a server knows of one connection. Times in milliseconds. */
export interface ConnectionInfo {
  /** 1, 2, …: in the order in which they were accepted. */
  id: number;
  peer: string;
  bytesIn: number;
  bytesOut: number;
  /** Messages that came, as the handler counted them. */
  messages: number;
  sinceMs: number;
  /** Since it last sent anything. */
  idleMs: number;
}

/** A connection of a {@link TcpServer}. The socket is Node's own. */
export class Connection {
  readonly id: number;
  readonly socket: Socket;
  /** What to end: the socket, unless the handler put something on top of it that has last bytes of its own, such as TLS. */
  stream: Socket;
  /** The other side's address, also when it is gone. */
  readonly peer: string;
  /** Messages that came. Only the handler knows where one ends: it counts them here. */
  messages = 0;
  readonly #maxQueuedBytes: number;
  readonly #began = systemClock.now();
  #lastHeard = this.#began;

  /** @internal A server makes these. */
  constructor(id: number, socket: Socket, maxQueuedBytes: number) {
    this.id = id;
    this.socket = socket;
    this.stream = socket;
    this.#maxQueuedBytes = maxQueuedBytes;
    const { remoteAddress: host = "(gone)", remotePort: port = 0 } = socket;
    this.peer = addressText({ host, port });
    // Not socket.on(): a stream starts to flow when it is asked for `data`, and the handler, which
    // may not be ready, would miss what comes.
    EventEmitter.prototype.on.call(socket, "data", () => {
      this.#lastHeard = systemClock.now();
    });
  }

  /**
   * Send to a peer that might not be reading. `false`: it is behind, and `drain` on the socket says when
   * it has caught up. Who has more than the server's `maxQueuedBytes` waiting is cut: CONNECTION_LOST.
   */
  send(bytes: Uint8Array | string): boolean {
    if (!this.socket.writable) return false;
    const room = this.socket.write(bytes);
    if (this.socket.writableLength > this.#maxQueuedBytes) this.socket.destroy(this.#tooSlow());
    return room;
  }

  info(): ConnectionInfo {
    const now = systemClock.now();
    const { bytesRead, bytesWritten, writableLength } = this.socket;
    return {
      id: this.id,
      peer: this.peer,
      bytesIn: bytesRead,
      // Node counts what it was given; what it could not pass on to the kernel is not out.
      bytesOut: bytesWritten - writableLength,
      messages: this.messages,
      sinceMs: now - this.#began,
      idleMs: now - this.#lastHeard,
    };
  }

  #tooSlow(): IpcError {
    return new IpcError(
      "CONNECTION_LOST",
      `${this.peer} does not read: ${this.socket.writableLength} bytes wait for it`,
      "read faster, or ask for less; what was queued is lost",
    );
  }
}
