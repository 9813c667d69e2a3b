import { IpcError } from "@ipc-playground/contract";
import { close, duplicate, type Watch, watchDescriptor } from "@ipc-playground/libc";
import { checkSocket } from "./socket-errors.ts";
import type { SocketHandle, Waits } from "./socket-handle.ts";

export interface SocketListener {
  /** Nothing more is taken. Twice is harmless. */
  stop(): void;
  /** Inside the listener's function: let the rest of the event loop have its turn before the next message. */
  yield(): void;
}

/** Messages taken before the rest of the event loop gets its turn. */
const PER_TURN = 64;
const UNREADY = new Set(["would-block", "timed-out", "interrupted"]);

/**
 * Call `receive` whenever something has come, and give what it returns to `onMessage`; the end of a
 * connection is given too, and is the last. The socket becomes non-blocking. Keeps the process alive until
 * stopped: do it before the socket is closed. What `onMessage` throws is an uncaught exception, and
 * listening goes on; what `receive` throws goes to `failed` and ends it.
 */
export function watchMessages<M extends { readonly kind: string }>(
  socket: SocketHandle,
  receive: () => M,
  onMessage: (message: M) => void,
  failed: (error: unknown) => void = (error) => {
    throw error;
  },
): SocketListener {
  socket.makeNonBlocking();
  let yielded = false;
  let stopped = false;
  const stop = () => {
    stopped = true;
    watch.stop();
  };
  const watch = watchDescriptor(socket.fd, { readable: true }, () => {
    // epoll is level-triggered: what is left is announced again in the next turn.
    yielded = false;
    for (let taken = 0; taken < PER_TURN && !yielded && !stopped; taken++) {
      let message: M;
      try {
        message = receive();
      } catch (error) {
        stop();
        return failed(error);
      }
      if (UNREADY.has(message.kind)) return;
      if (message.kind === "end") stop();
      deliver(onMessage, message);
    }
  });
  return {
    stop,
    yield() {
      yielded = true;
    },
  };
}

/** What a caller's function throws is not the socket's affair. */
function deliver<M>(onMessage: (message: M) => void, message: M): void {
  try {
    onMessage(message);
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}

interface Waiting {
  bytes: Uint8Array;
  sent: () => void;
  fail: (error: unknown) => void;
}

/** A socket whose send takes all of a message or nothing: datagram or seqpacket. */
export type MessageSender = SocketHandle & {
  send(bytes: Uint8Array, waits: Waits): { readonly kind: string };
};

/** Sends whole messages in order without blocking the event loop: what the kernel does not take now goes later. */
export class SendQueue implements Disposable {
  readonly #socket: MessageSender;
  readonly #waiting: Waiting[] = [];
  #room: { watch: Watch; fd: number } | undefined;

  /** The socket, which must be connected, becomes non-blocking. */
  constructor(socket: MessageSender) {
    socket.makeNonBlocking();
    this.#socket = socket;
  }

  /** Messages that the kernel has not taken yet. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Send after all that came before; `sent` is called, in a later tick, when the kernel has it. */
  push(bytes: Uint8Array, sent: () => void, fail: (error: unknown) => void): void {
    this.#waiting.push({ bytes, sent, fail });
    if (this.#waiting.length === 1) this.#flush();
  }

  /** {@link push} as a promise. The bytes must stay as they are until it is settled. */
  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.push(bytes, resolve, reject));
  }

  /** Send nothing more: whoever waits is told so. Do it before the socket is closed. */
  close(): void {
    this.#rest();
    const error = new IpcError(
      "ALREADY_CLOSED",
      "the socket was closed before there was room for a message",
      "await the sends before close()",
    );
    for (const one of this.#waiting.splice(0)) one.fail(error);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        const { kind } = this.#socket.send(next.bytes, { withinMs: 0 });
        if (UNREADY.has(kind)) {
          this.#waitForRoom();
          return;
        }
        // That was about an earlier datagram, and took the place of this one.
        if (kind === "refused") continue;
        process.nextTick(next.sent);
      } catch (error) {
        next.fail(error);
      }
      this.#waiting.shift();
    }
    this.#rest();
  }

  #waitForRoom(): void {
    if (this.#room !== undefined) return;
    // libuv watches a descriptor once, and somebody may watch this one for messages: take another one.
    const fd = checkSocket(duplicate(this.#socket.fd), "fcntl", "wait for room");
    this.#room = { fd, watch: watchDescriptor(fd, { writable: true }, () => this.#flush()) };
  }

  #rest(): void {
    this.#room?.watch.stop();
    if (this.#room !== undefined) close(this.#room.fd);
    this.#room = undefined;
  }
}
