import { constants, statSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { check, ERRNO, SEM_T_BYTES, semInit, semOpen, semUnlink } from "@ipc-playground/libc";
import { checkName, checkValue, fileOf, openError } from "./posix-errors.ts";
import { PosixSemaphore } from "./posix-semaphore.ts";

const { O_CREAT, O_EXCL } = constants;
/** A `sem_t` holds 64-bit fields that are used atomically. */
const ALIGNMENT = 8;

export interface CreatePosixSemaphoreOptions {
  /** How many can be taken at first: from 0 to SEM_VALUE_MAX. */
  value: number;
  /** Permission bits, less the umask. Default `0o600`: this user only. */
  mode?: number;
}

/**
 * Make a new named semaphore. It appears under its name with its value set, so there is no moment in
 * which it could be found unready. It outlives this process, until it is unlinked.
 *
 * @throws {IpcError} BAD_SEMAPHORE_NAME, SEMAPHORE_EXISTS, BAD_ARGUMENT, SEMAPHORE_LIMIT
 * @see sem_open(3)
 */
export function createPosixSemaphore(name: string, options: CreatePosixSemaphoreOptions): PosixSemaphore {
  checkName(name);
  checkValue(options.value);
  return opened(semOpen(name, O_CREAT | O_EXCL, options.mode ?? 0o600, options.value), name);
}

/**
 * Open the semaphore of this name.
 *
 * @throws {IpcError} BAD_SEMAPHORE_NAME, NO_SUCH_SEMAPHORE, NO_PERMISSION, MEMORY_FOREIGN
 * @see sem_open(3)
 */
export function openPosixSemaphore(name: string): PosixSemaphore {
  checkName(name);
  refuseForeign(name);
  return opened(semOpen(name, 0), name);
}

function opened(result: bigint | number, name: string): PosixSemaphore {
  if (typeof result === "number") throw openError(result, name);
  return new PosixSemaphore(result, name);
}

// sem_open maps the file without a look at its length: a shorter one ends the process with SIGBUS
// at the first use.
function refuseForeign(name: string): void {
  const bytes = statSync(fileOf(name), { throwIfNoEntry: false })?.size;
  if (bytes === undefined || bytes === SEM_T_BYTES) return;
  throw new IpcError(
    "MEMORY_FOREIGN",
    `${fileOf(name)} has ${bytes} bytes, and a semaphore has ${SEM_T_BYTES}: it is something else`,
    "see who made it, and take another name",
  );
}

/**
 * Remove the name. Whoever has the semaphore open goes on using it; it is gone with the last of them.
 * `false`: there was no such name.
 *
 * @throws {IpcError} BAD_SEMAPHORE_NAME, NO_PERMISSION
 * @see sem_unlink(3)
 */
export function unlinkPosixSemaphore(name: string): boolean {
  checkName(name);
  const result = semUnlink(name);
  if (result === -(ERRNO.ENOENT as number)) return false;
  check(result, { syscall: "sem_unlink", doing: `unlink the semaphore ${name}` });
  return true;
}

/**
 * Make an unnamed semaphore in the first SEM_T_BYTES (32) bytes of shared memory, for every process
 * that maps it. Do so once, before anybody uses it: whoever sleeps there would never be woken.
 *
 * @throws {IpcError} BAD_ARGUMENT (too few bytes, or not at a multiple of 8), SEMAPHORE_LIMIT
 * @see sem_init(3)
 */
export function placeSemaphore(bytes: Uint8Array, value: number): PosixSemaphore {
  checkValue(value);
  const place = placeIn(bytes);
  check(semInit(place, value), { syscall: "sem_init", doing: "make a semaphore in memory" });
  return new PosixSemaphore(place, nameOf(place));
}

/**
 * The unnamed semaphore that somebody has placed in these bytes. Nothing says whether there is one.
 *
 * @throws {IpcError} BAD_ARGUMENT (too few bytes, or not at a multiple of 8)
 */
export function semaphoreAt(bytes: Uint8Array): PosixSemaphore {
  const place = placeIn(bytes);
  return new PosixSemaphore(place, nameOf(place));
}

function placeIn(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength < SEM_T_BYTES || bytes.byteOffset % ALIGNMENT !== 0) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `a semaphore does not fit into ${bytes.byteLength} bytes at offset ${bytes.byteOffset}`,
      `give ${SEM_T_BYTES} bytes at a multiple of ${ALIGNMENT}`,
    );
  }
  // Over its buffer, not the array itself: a small array may move, with its bytes, until its buffer is asked for.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, SEM_T_BYTES);
}

function nameOf(place: Uint8Array): string {
  return `sem_t at +${place.byteOffset}`;
}
