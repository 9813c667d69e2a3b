import { Socket } from "node:net";
import { check, ERRNO, POLLIN, poll, pollAsync, read, readFully } from "@ipc-playground/libc";
import { PipeEnd } from "./end.ts";

/** `bytes`: that many are in the buffer now. `end-of-file`: empty, and no writer is left anywhere. */
export type ReadResult =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "end-of-file" }
  | { readonly kind: "would-block" };

const END_OF_FILE: ReadResult = { kind: "end-of-file" };
const WOULD_BLOCK: ReadResult = { kind: "would-block" };

// Signed as the system call returns them: read() gives minus the error number.
const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);

export class ReadEnd extends PipeEnd {
  /**
   * One read(2): at least one byte, as many as are there, at most `buffer.length`.
   * An empty pipe makes it sleep, event loop and all, unless the end is non-blocking:
   * then the result is `would-block`.
   *
   * @throws {IpcError} SYSTEM_CALL_FAILED, ALREADY_CLOSED
   */
  read(buffer: Uint8Array): ReadResult {
    let count: number;
    do count = read(this.fd, buffer);
    while (count === EINTR);
    if (count > 0) return { kind: "bytes", bytes: count };
    if (count === EAGAIN) return WOULD_BLOCK;
    check(count, { syscall: "read", doing: `read from ${this.name}` });
    return END_OF_FILE;
  }

  /**
   * Read until `buffer` is full, sleeping as often as it takes. For a blocking end.
   * Returns `buffer.length`, or fewer if end-of-file came first.
   */
  readFully(buffer: Uint8Array): number {
    return check(readFully(this.fd, buffer), { syscall: "read", doing: `read from ${this.name}` });
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
   * Whether a read would return at once, with bytes or end-of-file. Waits for that at most
   * `withinMs` milliseconds without blocking the event loop. poll(2)
   */
  async readable(withinMs: number): Promise<boolean> {
    return isReady(await pollAsync([{ fd: this.fd, events: POLLIN }], withinMs), this.name);
  }

  /** Whether a read would return at once. Does not wait. */
  readableNow(): boolean {
    return isReady(poll([{ fd: this.fd, events: POLLIN }], 0), this.name);
  }

  /**
   * Hand the end over to Node's event loop: a stream that is read with `for await` or `on("data")`
   * and closes the descriptor at its end.
   *
   * Not for a pipe in packet mode: libuv takes a short read together with POLLHUP for end-of-file,
   * and loses the packets behind it. (libuv issue 2319)
   *
   * libuv makes the descriptor non-blocking, and that flag is shared with every process that
   * inherited the same open end.
   */
  toStream(): Socket {
    return new Socket({ fd: this.release(), readable: true, writable: false });
  }
}

function isReady(revents: number[] | number, name: string): boolean {
  if (typeof revents === "number") {
    check(revents, { syscall: "poll", doing: `wait for ${name}` });
    return false;
  }
  return revents[0] !== 0;
}
