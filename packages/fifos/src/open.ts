import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";
import {
  check,
  close,
  ERRNO,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  open,
  setNonBlocking,
} from "@ipc-playground/libc";
import { assertFifo, pathError } from "./path.ts";
import { ReadEnd } from "./read-end.ts";
import { WriteEnd } from "./write-end.ts";
import { WriterProbe } from "./writer-probe.ts";

export interface OpenFifoOptions {
  /**
   * Reads and writes return at once instead of waiting. Default `false`. How open(2) waits and how
   * read(2) waits are two questions: this one is about reading and writing only.
   */
  nonBlocking?: boolean;
}

const EINTR = -(ERRNO.EINTR as number);
const ENXIO = -(ERRNO.ENXIO as number);

/** How often a peer is looked for, in milliseconds: there is nothing that poll(2) could wait for. */
const LOOK_EVERY_MS = 2;

/**
 * Open a FIFO for reading, and sleep until somebody has it open for writing: the whole thread,
 * event loop and all. For a process that has nothing else to do.
 *
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION
 * @see fifo(7), open(2)
 */
export function openReadEnd(path: string, options: OpenFifoOptions = {}): ReadEnd {
  return new ReadEnd(finished(openFifo(path, "reading", O_RDONLY), path, options), path);
}

/** Open a FIFO for writing, and sleep until somebody has it open for reading. As {@link openReadEnd}. */
export function openWriteEnd(path: string, options: OpenFifoOptions = {}): WriteEnd {
  return new WriteEnd(finished(openFifo(path, "writing", O_WRONLY), path, options), path);
}

/**
 * Open a FIFO for reading at once, whether or not somebody writes: who opens it for writing from
 * now on finds a reader. Until somebody does, every read returns `end-of-file`.
 *
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION
 */
export function openReadEndNow(path: string, options: OpenFifoOptions = {}): ReadEnd {
  return new ReadEnd(finished(openFifo(path, "reading", O_RDONLY | O_NONBLOCK), path, options), path);
}

/**
 * Open a FIFO for writing at once, if somebody has it open for reading.
 *
 * @throws {IpcError} FIFO_NO_READER: nobody has (ENXIO).
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION
 */
export function openWriteEndNow(path: string, options: OpenFifoOptions = {}): WriteEnd {
  const fd = openFifo(path, "writing", O_WRONLY | O_NONBLOCK);
  if (fd === ENXIO) throw noReader(path, "no process has it open for reading");
  return new WriteEnd(finished(fd, path, options), path);
}

/**
 * Open a FIFO for reading, and resolve when somebody has opened it for writing. Waits at most
 * `withinMs` milliseconds, and blocks neither the event loop nor a thread of Node's pool.
 *
 * @throws {IpcError} FIFO_NO_WRITER: nobody came in time. The FIFO is closed again.
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION
 */
export async function openReadEndWithin(
  path: string,
  withinMs: number,
  options: OpenFifoOptions = {},
): Promise<ReadEnd> {
  const fd = openFifo(path, "reading", O_RDONLY | O_NONBLOCK);
  try {
    using probe = new WriterProbe(fd);
    if (await seen(() => probe.writerCame(), withinMs)) return new ReadEnd(finished(fd, path, options), path);
  } catch (error) {
    close(fd);
    throw error;
  }
  close(fd);
  throw new IpcError(
    "FIFO_NO_WRITER",
    `cannot open ${path} for reading: no process opened it for writing within ${withinMs} ms`,
    "start the writer, or wait longer; see fifo(7)",
    { syscall: "open" },
  );
}

/**
 * Open a FIFO for writing, and resolve when somebody has it open for reading. Waits at most
 * `withinMs` milliseconds, and blocks neither the event loop nor a thread of Node's pool.
 *
 * @throws {IpcError} FIFO_NO_READER: nobody came in time.
 * @throws {IpcError} NOT_A_FIFO, NO_SUCH_FILE, NO_PERMISSION
 */
export async function openWriteEndWithin(
  path: string,
  withinMs: number,
  options: OpenFifoOptions = {},
): Promise<WriteEnd> {
  let fd = ENXIO;
  const opened = () => {
    fd = openFifo(path, "writing", O_WRONLY | O_NONBLOCK);
    return fd !== ENXIO;
  };
  if (await seen(opened, withinMs)) return new WriteEnd(finished(fd, path, options), path);
  throw noReader(path, `no process opened it for reading within ${withinMs} ms`);
}

/** A descriptor, or `-ENXIO`. */
function openFifo(path: string, direction: string, flags: number): number {
  const doing = `open ${path} for ${direction}`;
  assertFifo(path, doing);
  let fd: number;
  do fd = open(path, flags);
  while (fd === EINTR);
  if (fd < 0 && fd !== ENXIO) throw pathError(fd, "open", doing, path);
  return fd;
}

/** Now that it is open, reading and writing wait as they were asked to. */
function finished(fd: number, path: string, { nonBlocking = false }: OpenFifoOptions): number {
  check(setNonBlocking(fd, nonBlocking), { syscall: "fcntl", doing: `set how ${path} waits` });
  return fd;
}

/** Whether the fact came true within `withinMs` milliseconds. It is looked up at least once. */
async function seen(fact: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const late = performance.now() >= deadline;
    if (fact()) return true;
    if (late) return false;
    await delay(LOOK_EVERY_MS);
  }
}

function noReader(path: string, fact: string): IpcError {
  return new IpcError(
    "FIFO_NO_READER",
    `cannot open ${path} for writing: ${fact}`,
    "start the reader first; see fifo(7)",
    { errno: "ENXIO", syscall: "open" },
  );
}
