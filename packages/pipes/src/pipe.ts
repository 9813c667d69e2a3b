import { IpcError } from "@ipc-playground/contract";
import {
  callError,
  check,
  getPipeSize,
  O_CLOEXEC,
  O_DIRECT,
  O_NONBLOCK,
  pipe2,
  setInheritable,
  setPipeSize,
} from "@ipc-playground/libc";
import { maxCapacityBytes } from "./limits.ts";
import { ReadEnd } from "./read-end.ts";
import { WriteEnd } from "./write-end.ts";

export interface OpenPipeOptions {
  /** Both ends return at once instead of waiting. Default `false`. */
  nonBlocking?: boolean;
  /** Packet mode (O_DIRECT): each write up to PIPE_BUF_BYTES is one read. Default `false`. */
  packetMode?: boolean;
  /**
   * Leave both descriptors open across exec, so that every child gets them, asked for or not.
   * Default `false`: only a child that is handed an end has it.
   */
  inheritable?: boolean;
  /** Capacity in bytes to ask for; see {@link setCapacity}. Default: what the kernel gives. */
  capacityBytes?: number;
}

/** A pipe whose two ends are both open in this process. Disposing closes what is still open. */
export interface Pipe extends Disposable {
  readonly readEnd: ReadEnd;
  readonly writeEnd: WriteEnd;
}

/**
 * Make a pipe: bytes written to one end are read from the other, in order.
 *
 * @throws {IpcError} SYSTEM_CALL_FAILED: no descriptor is left (EMFILE, ENFILE).
 * @throws {IpcError} PIPE_CAPACITY_REFUSED: see {@link setCapacity}.
 * @see pipe2(2), pipe(7)
 */
export function openPipe(options: OpenPipeOptions = {}): Pipe {
  const flags = O_CLOEXEC | (options.nonBlocking ? O_NONBLOCK : 0) | (options.packetMode ? O_DIRECT : 0);
  const fds = pipe2(flags);
  if (typeof fds === "number") {
    throw callError(fds, {
      syscall: "pipe2",
      doing: "open a pipe",
      nextStep: "close descriptors that are no longer needed; `ulimit -n` is how many there may be",
    });
  }
  const pipe = {
    readEnd: new ReadEnd(fds[0]),
    writeEnd: new WriteEnd(fds[1]),
    [Symbol.dispose]() {
      pipe.readEnd.close();
      pipe.writeEnd.close();
    },
  };
  try {
    if (options.inheritable) {
      for (const fd of fds) check(setInheritable(fd, true), { syscall: "fcntl", doing: `share fd ${fd}` });
    }
    if (options.capacityBytes !== undefined) setCapacity(pipe.writeEnd, options.capacityBytes);
    return pipe;
  } catch (error) {
    pipe[Symbol.dispose]();
    throw error;
  }
}

/** How many bytes the pipe of this end holds when it is full, at best. fcntl(2), F_GETPIPE_SZ */
export function capacity(end: ReadEnd | WriteEnd): number {
  return check(getPipeSize(end.fd), { syscall: "fcntl", doing: `ask the capacity of ${end.name}` });
}

/**
 * Ask for a capacity in bytes; the kernel rounds up to a power of two of pages.
 * Returns the capacity it gave. Bytes already in the pipe stay.
 *
 * @throws {IpcError} PIPE_CAPACITY_REFUSED: more is in the pipe than would fit (EBUSY), or over
 * the limit for this user (EPERM).
 * @throws {IpcError} BAD_ARGUMENT: not a positive whole number below 2 GiB.
 * @see fcntl(2), F_SETPIPE_SZ
 */
export function setCapacity(end: ReadEnd | WriteEnd, bytes: number): number {
  if (!Number.isInteger(bytes) || bytes <= 0 || bytes > 0x7fff_ffff) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `${bytes} is no capacity for a pipe`,
      "give a whole number of bytes from 1 to 2147483647",
    );
  }
  return check(setPipeSize(end.fd, bytes), {
    syscall: "fcntl",
    doing: `set the capacity of ${end.name} to ${bytes} bytes`,
    code: "PIPE_CAPACITY_REFUSED",
    nextStep: `read the pipe empty first, or stay within ${maxCapacityBytes()} bytes (/proc/sys/fs/pipe-max-size)`,
  });
}
