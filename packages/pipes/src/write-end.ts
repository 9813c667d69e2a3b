import { Socket } from "node:net";
import { callError, ERRNO, write, writeFully } from "@ipc-playground/libc";
import { PipeEnd } from "./end.ts";

/**
 * `written`: that many of the bytes given are in the pipe; fewer than given is possible only for
 * a non-blocking end. `would-block`: none of them, and nothing is lost, they are still the caller's.
 */
export type WriteResult =
  | { readonly kind: "written"; readonly bytes: number }
  | { readonly kind: "would-block" };

const WOULD_BLOCK: WriteResult = { kind: "would-block" };

const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);
const EPIPE = -(ERRNO.EPIPE as number);

export class WriteEnd extends PipeEnd {
  /**
   * One write(2). On a blocking end it returns when all bytes are in the pipe, and sleeps, event
   * loop and all, until there is room. On a non-blocking end it takes what fits: all or nothing
   * up to PIPE_BUF_BYTES, possibly a part of anything longer.
   *
   * @throws {IpcError} PIPE_NO_READER: every read end is closed (EPIPE). Node ignores SIGPIPE,
   * which would have ended another program here.
   * @throws {IpcError} SYSTEM_CALL_FAILED, ALREADY_CLOSED
   */
  write(bytes: Uint8Array): WriteResult {
    let count: number;
    do count = write(this.fd, bytes);
    while (count === EINTR);
    if (count === EAGAIN) return WOULD_BLOCK;
    if (count < 0) throw this.#error(count);
    return { kind: "written", bytes: count };
  }

  /**
   * Write all of `bytes`, sleeping as often as it takes. For a blocking end. Returns how many that
   * are. Throws as {@link write} does.
   */
  writeFully(bytes: Uint8Array): number {
    const count = writeFully(this.fd, bytes);
    if (count < 0) throw this.#error(count);
    return count;
  }

  #error(returned: number) {
    return callError(returned, {
      syscall: "write",
      doing: `write to ${this.name}`,
      ...(returned === EPIPE && {
        code: "PIPE_NO_READER",
        nextStep: "no process has the read end open: stop writing, and look at why the reader left",
      }),
      ...(returned === EAGAIN && {
        nextStep: "the end is non-blocking and full: use write(), or wait until it is writable",
      }),
    });
  }

  /** Hand the end over to Node's event loop, as {@link ReadEnd.toStream} does. */
  toStream(): Socket {
    return new Socket({ fd: this.release(), readable: false, writable: true });
  }
}
