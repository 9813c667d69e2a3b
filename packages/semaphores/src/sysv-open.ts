import { IpcError } from "@ipc-playground/contract";
import {
  ERRNO,
  IPC_CREAT,
  IPC_EXCL,
  IPC_NOWAIT,
  IPC_PRIVATE,
  prepareOperations,
  semget,
  semop,
  semStat,
} from "@ipc-playground/libc";
import { checkValues, getError, keyText } from "./sysv-errors.ts";
import { SemaphoreSet } from "./sysv-set.ts";
import { type Waits, waitMs } from "./waits.ts";

const EAGAIN = -(ERRNO.EAGAIN as number);
const ENOENT = -(ERRNO.ENOENT as number);
const EEXIST = -(ERRNO.EEXIST as number);

export interface CreateSemaphoreSetOptions {
  /** Permission bits. Default `0o600`: this user only. */
  mode?: number;
}

/**
 * Make a new set with these values. Without a key it is IPC_PRIVATE: found by its id only. It outlives
 * this process.
 *
 * Making it and setting it up are two system calls, and another process may find it in between, all
 * zeros: {@link createOrOpenSemaphoreSet} waits until it is set up.
 *
 * @throws {IpcError} SEMAPHORE_EXISTS, SEMAPHORE_LIMIT, BAD_ARGUMENT
 * @see semget(2)
 */
export function createSemaphoreSet(
  key: number | "private",
  values: readonly number[],
  options: CreateSemaphoreSetOptions = {},
): SemaphoreSet {
  checkSetUp(values);
  const number = key === "private" ? IPC_PRIVATE : key;
  const id = semget(number, values.length, IPC_CREAT | IPC_EXCL | (options.mode ?? 0o600));
  if (id < 0) throw getError(id, number, values.length);
  return setUp(id, values);
}

/**
 * Find the set that has this key, for reading and altering. It may not be set up yet: see
 * {@link createOrOpenSemaphoreSet}.
 *
 * @throws {IpcError} NO_SUCH_SEMAPHORE, NO_PERMISSION
 */
export function openSemaphoreSet(key: number): SemaphoreSet {
  // Asking for permissions makes the kernel check them now, and not at the first use.
  const id = semget(key, 0, 0o600);
  if (id < 0) throw getError(id, key, 0);
  return new SemaphoreSet(id);
}

export interface CreateOrOpenSemaphoreSetOptions extends CreateSemaphoreSetOptions, Waits {}

/**
 * The set that has this key, made and set up by whoever comes first, and never seen by anybody before
 * it is set up. IPC_EXCL makes one process the maker. It sets the values and then does a semop(2) that
 * changes nothing; the others wait for the trace that the semop leaves, which no semctl(2) does: the
 * time of the last operation, 0 in a new set. `withinMs` (default 5000): how long they wait for it.
 *
 * The thread looks every millisecond, because nothing can wake it. A set that is made by another program
 * must have been operated on once, too.
 *
 * @throws {IpcError} DEADLINE_PASSED: its maker died before it was set up; and as {@link createSemaphoreSet}
 * @see semop(2), sem_otime
 */
export function createOrOpenSemaphoreSet(
  key: number,
  values: readonly number[],
  options: CreateOrOpenSemaphoreSetOptions = {},
): { set: SemaphoreSet; created: boolean } {
  const { mode = 0o600, withinMs = 5_000 } = options;
  checkSetUp(values);
  const until = performance.now() + waitMs({ withinMs });
  for (;;) {
    const made = semget(key, values.length, IPC_CREAT | IPC_EXCL | mode);
    if (made >= 0) return { set: setUp(made, values), created: true };
    if (made !== EEXIST) throw getError(made, key, values.length);
    const found = semget(key, values.length, 0o600);
    if (found >= 0 && isSetUpBy(found, until, key)) return { set: new SemaphoreSet(found), created: false };
    // Removed meanwhile: then this process may make the next one.
    if (found < 0 && found !== ENOENT) throw getError(found, key, values.length);
  }
}

/** Waits until somebody has operated on the set; `false`: it was removed first. */
function isSetUpBy(id: number, until: number, key: number): boolean {
  for (;;) {
    const stat = semStat(id);
    if (typeof stat === "number") return false;
    if (stat.lastOperation !== 0) return true;
    if (performance.now() >= until) {
      throw new IpcError(
        "DEADLINE_PASSED",
        `the semaphore set with key ${keyText(key)} was made, but not set up in time`,
        "its maker died, or never operates on it; `ipcrm -S KEY` removes it, and the next one makes it anew",
      );
    }
    pause(1);
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));
function pause(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}

function checkSetUp(values: readonly number[]): void {
  checkValues(values);
  if (values.length > 0) return;
  throw new IpcError(
    "BAD_ARGUMENT",
    "a set has at least one semaphore",
    "give the values of its semaphores, one for each",
  );
}

// Two semops that leave every value as it is, for a first semaphore at 0 and for one above: whichever
// can be done sets the time of the last operation.
const WHILE_ZERO = prepareOperations([{ index: 0, change: 0, flags: IPC_NOWAIT }]);
const WHILE_POSITIVE = prepareOperations([
  { index: 0, change: -1, flags: IPC_NOWAIT },
  { index: 0, change: 1, flags: IPC_NOWAIT },
]);

function setUp(id: number, values: readonly number[]): SemaphoreSet {
  const set = new SemaphoreSet(id);
  try {
    set.setValues(values);
    // Somebody who did not wait may use it already, so that the value changes between the two.
    while (semop(id, WHILE_ZERO) === EAGAIN && semop(id, WHILE_POSITIVE) === EAGAIN);
    return set;
  } catch (error) {
    set.remove();
    throw error;
  }
}
