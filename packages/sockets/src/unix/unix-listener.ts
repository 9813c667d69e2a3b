import { accept, type SocketType } from "@ipc-playground/libc";
import { socketError } from "../socket-errors.ts";
import { SocketHandle, type Unready, type Waits } from "../socket-handle.ts";
import { unixPathText } from "./address.ts";
import type { BoundPath } from "./bound-path.ts";
import { UnixSocket } from "./unix-socket.ts";

/** A stream or seqpacket socket that takes connections. */
export class UnixListener extends SocketHandle {
  readonly type: SocketType;
  readonly #bound: BoundPath;

  /** @internal {@link listenUnix} makes these. */
  constructor(fd: number, type: SocketType, bound: BoundPath) {
    super(fd);
    this.type = type;
    this.#bound = bound;
  }

  get path(): string {
    return this.#bound.path;
  }

  /**
   * The next connection. Sleeps until there is one, event loop and all.
   *
   * @throws {IpcError} TOO_MANY_DESCRIPTORS: the connection stays in the queue.
   * @see accept(2)
   */
  accept({ withinMs = Number.POSITIVE_INFINITY }: Waits = {}): UnixSocket | Unready {
    // accept(2) has no flag for it; but it obeys the socket's receive deadline, and a microsecond is one.
    const fd = this.waiting("receive", withinMs === 0 ? AT_ONCE_MS : withinMs, () => accept(this.fd));
    if (fd >= 0) return new UnixSocket(fd, this.type);
    const state = this.unready(fd, withinMs);
    if (state !== undefined) return state;
    throw socketError(fd, "accept", `take a connection at ${unixPathText(this.path)}`);
  }

  /** Take no more connections, and remove the path. Those that were made go on. Twice is harmless. */
  override close(): void {
    if (!this.closed) this.#bound.remove();
    super.close();
  }
}

const AT_ONCE_MS = 0.001;
