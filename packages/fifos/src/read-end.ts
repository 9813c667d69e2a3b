import { Socket } from "node:net";
import { check, ERRNO, POLLIN, poll, pollAsync, read, readFully } from "@ipc-playground/libc";
import { FifoEnd } from "./end.ts";

/** `bytes`: that many are in the buffer now. `end-of-file`: empty, and nobody has it open for writing. */
export type ReadResult =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "end-of-file" }
  | { readonly kind: "would-block" };

const END_OF_FILE: ReadResult = { kind: "end-of-file" };
const WOULD_BLOCK: ReadResult = { kind: "would-block" };

// Signed as the system call returns them: read() gives minus the error number.
const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);

export class ReadEnd extends FifoEnd {
  /**
   * One read(2): at least one byte, as many as are there, at most `buffer.length`.
   * While the FIFO is empty and somebody has it open for writing, this sleeps, event loop and all,
   * unless the end is non-blocking: then the result is `would-block`.
   *
   * `end-of-file` is not final, as it is for a pipe: who opens the FIFO for writing next can be
   * read by the same end. Until then every read returns `end-of-file` at once.
   *
   * @throws {IpcError} SYSTEM_CALL_FAILED, ALREADY_CLOSED
   */
  read(buffer: Uint8Array): ReadResult {
    let count: number;
    do count = read(this.fd, buffer);
    while (count === EINTR);
    if (count > 0) return { kind: "bytes", bytes: count };
    if (count === EAGAIN) return WOULD_BLOCK;
    this.#check(count);
    return END_OF_FILE;
  }

  /**
   * Read until `buffer` is full, sleeping as often as it takes. For a blocking end.
   * Returns `buffer.length`, or fewer if end-of-file came first.
   */
  readFully(buffer: Uint8Array): number {
    return this.#check(readFully(this.fd, buffer));
  }

  /** Read until end-of-file, sleeping as often as it takes. For a blocking end. */
  readToEnd(): Uint8Array {
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const result = this.read(buffer);
      if (result.kind !== "bytes") return Buffer.concat(chunks);
      chunks.push(buffer.slice(0, result.bytes));
    }
  }

  /**
   * Whether there are bytes to read, or a writer has been there and has left. Waits for that at
   * most `withinMs` milliseconds without blocking the event loop. A FIFO that no writer has opened
   * yet is not readable, although a read would return `end-of-file` at once. poll(2)
   */
  async readable(withinMs: number): Promise<boolean> {
    return this.#isReady(await pollAsync([{ fd: this.fd, events: POLLIN }], withinMs));
  }

  /** As {@link readable}, and does not wait. */
  readableNow(): boolean {
    return this.#isReady(poll([{ fd: this.fd, events: POLLIN }], 0));
  }

  /**
   * Hand the end over to Node's event loop: a stream that is read with `for await` or `on("data")`
   * and closes the descriptor when the last writer has left.
   */
  toStream(): Socket {
    return new Socket({ fd: this.release(), readable: true, writable: false });
  }

  #isReady(revents: number[] | number): boolean {
    if (typeof revents !== "number") return revents[0] !== 0;
    check(revents, { syscall: "poll", doing: `wait for ${this.path}` });
    return false;
  }

  #check(returned: number): number {
    return check(returned, { syscall: "read", doing: `read from ${this.path}` });
  }
}
