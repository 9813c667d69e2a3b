import { basename } from "node:path";
import { IpcError } from "@ipc-playground/contract";
import { close } from "@ipc-playground/libc";

/** What both ends of a FIFO are: a descriptor that is closed once, and the path it was opened by. */
export class FifoEnd implements Disposable {
  /** The path by which it was opened. It may be unlinked by now. */
  readonly path: string;
  readonly #fd: number;
  #closed = false;

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.path = path;
  }

  /**
   * The descriptor's number, to hand to a child or to libc.
   *
   * @throws {IpcError} ALREADY_CLOSED: the number may belong to another file by now.
   */
  get fd(): number {
    if (this.#closed) {
      throw new IpcError(
        "ALREADY_CLOSED",
        `fd ${this.#fd} of ${this.path} is closed in this process`,
        "use the end before close(), and before the `using` block ends",
      );
    }
    return this.#fd;
  }

  /** The last part of its path. */
  get name(): string {
    return basename(this.path);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Close this process's descriptor. The path stays, and so does whoever else has it open. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.#fd);
  }

  /** Give the descriptor away: whoever gets it must close it, and this object is closed. */
  release(): number {
    const fd = this.fd;
    this.#closed = true;
    return fd;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
