import { IpcError } from "@ipc-playground/contract";
import { close, descriptorTarget } from "@ipc-playground/libc";

/** What both ends of a pipe are: a descriptor that is closed once. */
export class PipeEnd implements Disposable {
  readonly #fd: number;
  #name: string | undefined;
  #closed = false;

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number) {
    this.#fd = fd;
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
        `fd ${this.#fd} of this pipe is closed in this process`,
        "use the end before close(), and before the `using` block ends",
      );
    }
    return this.#fd;
  }

  /** The pipe's name in /proc, the same for both ends and in every process: `"pipe:[1234]"`. */
  get name(): string {
    this.#name ??= descriptorTarget(process.pid, this.fd) ?? `fd ${this.#fd}`;
    return this.#name;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Close this process's descriptor. The end itself is gone when no process has it open. Twice is harmless. */
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
