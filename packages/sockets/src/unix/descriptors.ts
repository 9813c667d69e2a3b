import { IpcError } from "@ipc-playground/contract";
import { close } from "@ipc-playground/libc";

/**
 * A descriptor that came in a message. It is this process's own: open until it is closed here, whatever
 * the sender does with its one. Whoever forgets to close received descriptors runs out of them.
 */
export class ReceivedDescriptor implements Disposable {
  readonly #fd: number;
  #closed = false;

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws {IpcError} ALREADY_CLOSED: the number may belong to another file by now. */
  get fd(): number {
    if (this.#closed) {
      throw new IpcError(
        "ALREADY_CLOSED",
        `the received descriptor ${this.#fd} was closed or given away`,
        "use it before close(), and before the `using` block of its message ends; release() keeps it open",
      );
    }
    return this.#fd;
  }

  /** Give the number away: whoever gets it closes it. */
  release(): number {
    const fd = this.fd;
    this.#closed = true;
    return fd;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
