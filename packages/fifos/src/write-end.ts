import { Socket } from "node:net";
import { callError, ERRNO, write, writeFully } from "@ipc-playground/libc";
import { FifoEnd } from "./end.ts";

/**
 * `written`: that many of the bytes given are in the FIFO; fewer than given is possible only for
 * a non-blocking end. `would-block`: none of them, and nothing is lost, they are still the caller's.
 */
export type WriteResult =
  | { readonly kind: "written"; readonly bytes: number }
  | { readonly kind: "would-block" };

const WOULD_BLOCK: WriteResult = { kind: "would-block" };

const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);
const EPIPE = -(ERRNO.EPIPE as number);

export class WriteEnd extends FifoEnd {
  /**
   * One write(2). On a blocking end it returns when all bytes are in the FIFO, and sleeps, event
   * loop and all, until there is room. On a non-blocking end it takes what fits: all or nothing
   * up to PIPE_BUF_BYTES, possibly a part of anything longer.
   *
   * @throws {IpcError} PIPE_NO_READER: nobody has the FIFO open for reading any more (EPIPE). Node
   * ignores SIGPIPE, which would have ended another program here.
   * @throws {IpcError} SYSTEM_CALL_FAILED, ALREADY_CLOSED
   */
  write(bytes: Uint8Array): WriteResult {
    let count: number;
    do count = write(this.fd, bytes);
    while (count === EINTR);
    return count === EAGAIN ? WOULD_BLOCK : { kind: "written", bytes: this.#check(count) };
  }

  /**
   * Write all of `bytes`, sleeping as often as it takes. For a blocking end. Returns how many that
   * are. Throws as {@link write} does.
   */
  writeFully(bytes: Uint8Array): number {
    return this.#check(writeFully(this.fd, bytes));
  }

  #check(returned: number): number {
    if (returned >= 0) return returned;
    throw callError(returned, {
      syscall: "write",
      doing: `write to ${this.path}`,
      ...(returned === EPIPE && {
        code: "PIPE_NO_READER",
        nextStep: "no process has it open for reading: stop writing, and look at why the reader left",
      }),
      ...(returned === EAGAIN && {
        nextStep: "the end is non-blocking and full: use write(), or wait until it is writable",
      }),
    });
  }

  /**
   * Hand the end over to Node's event loop, as {@link ReadEnd.toStream} does. When the last reader
   * leaves, the stream fails with EPIPE at its next write.
   */
  toStream(): Socket {
    return new Socket({ fd: this.release(), readable: false, writable: true });
  }
}
