import { callError, close, ERRNO, POLLIN, pipe2, poll, tee } from "@ipc-playground/libc";

const EAGAIN = -(ERRNO.EAGAIN as number);

/**
 * Finds out whether a FIFO that is open for reading has a writer, without taking a byte.
 *
 * poll(2) cannot say it of a writer who has opened the FIFO and is silent. tee(2) can: it copies
 * instead of reading, and of an empty FIFO it says whether more may come.
 */
export class WriterProbe implements Disposable {
  readonly #fd: number;
  readonly #copies: readonly [number, number];

  constructor(fd: number) {
    const pipe = pipe2();
    if (typeof pipe === "number") throw callError(pipe, { syscall: "pipe2", doing: "open a pipe" });
    this.#fd = fd;
    this.#copies = pipe;
  }

  /** Whether somebody has the FIFO open for writing, or had since it was opened for reading. */
  writerCame(): boolean {
    const events = poll([{ fd: this.#fd, events: POLLIN }], 0);
    // POLLIN, or POLLHUP: somebody came, wrote or not, and has left again.
    if (typeof events === "object" && events[0] !== 0) return true;
    return tee(this.#fd, this.#copies[1], 1) === EAGAIN;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#copies) close(fd);
  }
}
