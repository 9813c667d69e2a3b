import { bind, callInPool, withErrno } from "./binding.ts";
import { timespec } from "./timespec.ts";

const c = {
  semget: bind<(key: number, count: number, flags: number) => number>(
    "int semget(int key, int nsems, int semflg)",
  ),
  semtimedop: bind<
    (set: number, operations: Int16Array, count: number, timeout: BigInt64Array | null) => number
  >("int semtimedop(int semid, void *sops, size_t nsops, const void *timeout)"),
  // The fourth argument is a union: a number for some commands, an address for others.
  semctl: bind<(set: number, index: number, command: number, value: number) => number>(
    "int semctl(int semid, int semnum, int op, long arg)",
  ),
  semctlAt: bind<(set: number, index: number, command: number, buffer: Uint8Array | Uint16Array) => number>(
    "int semctl(int semid, int semnum, int op, void *arg)",
  ),
};

// Source: linux/sem.h, linux/ipc.h. The same on x64 and arm64.
/** Give this operation back when the process ends. */
export const SEM_UNDO = 0x1000;
const IPC_RMID = 0;
const IPC_SET = 1;
const IPC_STAT = 2;
const GETPID = 11;
const GETVAL = 12;
const GETALL = 13;
const GETNCNT = 14;
const GETZCNT = 15;
const SETVAL = 16;
const SETALL = 17;

/** One step of a semop(2). */
export interface SemaphoreOperation {
  /** Which semaphore of the set, from 0. */
  readonly index: number;
  /** n > 0: add n. n < 0: take n, asleep until there are as many. 0: asleep until the value is 0. */
  readonly change: number;
  /** IPC_NOWAIT, SEM_UNDO. */
  readonly flags?: number;
}

/** `struct sembuf`s: sem_num, sem_op, sem_flg, each 16 bits. A prepared value can be used again and again. */
export type PreparedOperations = Int16Array;

export function prepareOperations(operations: readonly SemaphoreOperation[]): PreparedOperations {
  return Int16Array.from(operations.flatMap(({ index, change, flags = 0 }) => [index, change, flags]));
}

/** semget(2). `flags`: IPC_CREAT, IPC_EXCL and the permission bits. Returns the set's id, or `-errno`. */
export function semget(key: number, count: number, flags: number): number {
  return withErrno(c.semget(key | 0, count, flags));
}

/**
 * semop(2), or semtimedop(2): all of the operations or none, asleep until all can be done, at most
 * `withinMs` milliseconds (Infinity: for ever). Returns 0 or `-errno`: `-EAGAIN` for no time left or
 * IPC_NOWAIT, `-EIDRM` when the set was removed meanwhile, `-EINTR`.
 */
export function semop(
  set: number,
  operations: PreparedOperations,
  withinMs = Number.POSITIVE_INFINITY,
): number {
  return withErrno(c.semtimedop(set, operations, operations.length / 3, timespec(withinMs)));
}

/** {@link semop} in the thread pool. Keep `withinMs` short: see {@link callInPool}. */
export function semopInPool(set: number, operations: PreparedOperations, withinMs: number): Promise<number> {
  return callInPool(c.semtimedop, set, operations, operations.length / 3, timespec(withinMs));
}

/** The value of one semaphore, or `-errno`. semctl(2), GETVAL */
export function semValue(set: number, index: number): number {
  return withErrno(c.semctl(set, index, GETVAL, 0));
}

/** The values of all semaphores of a set of `count`, or `-errno`. semctl(2), GETALL */
export function semValues(set: number, count: number): number[] | number {
  const values = new Uint16Array(count);
  const result = withErrno(c.semctlAt(set, 0, GETALL, values));
  return result < 0 ? result : [...values];
}

/** Set one value; it clears what SEM_UNDO would give back for it. Returns 0 or `-errno`. semctl(2), SETVAL */
export function semSetValue(set: number, index: number, value: number): number {
  return withErrno(c.semctl(set, index, SETVAL, value));
}

/** Set every value of a set. Returns 0 or `-errno`. semctl(2), SETALL */
export function semSetValues(set: number, values: readonly number[]): number {
  return withErrno(c.semctlAt(set, 0, SETALL, Uint16Array.from(values)));
}

/** The process that last changed that semaphore, 0 for none, or `-errno`. semctl(2), GETPID */
export function semLastPid(set: number, index: number): number {
  return withErrno(c.semctl(set, index, GETPID, 0));
}

/** How many sleep until that semaphore grows, or `-errno`. semctl(2), GETNCNT */
export function semWaiters(set: number, index: number): number {
  return withErrno(c.semctl(set, index, GETNCNT, 0));
}

/** How many sleep until that semaphore is 0, or `-errno`. semctl(2), GETZCNT */
export function semZeroWaiters(set: number, index: number): number {
  return withErrno(c.semctl(set, index, GETZCNT, 0));
}

/** semctl(2), IPC_RMID: the set is gone at once, and whoever sleeps on it gets EIDRM. Returns 0 or `-errno`. */
export function semRemove(set: number): number {
  return withErrno(c.semctl(set, 0, IPC_RMID, 0));
}

export interface SemSetStat {
  key: number;
  uid: number;
  gid: number;
  creatorUid: number;
  /** The permission bits. */
  mode: number;
  /** Seconds since 1970 of the last semop(2); 0: none yet, so its maker may not have set it up. */
  lastOperation: number;
  /** Semaphores in the set. */
  count: number;
}

/** Room for `struct semid64_ds`: 104 bytes on x64, 88 on arm64. Source: asm/sembuf.h. */
const SEMID_DS_BYTES = 104;
const MODE_OFFSET = 20;
const OTIME_OFFSET = 48;
// x64 keeps a reserved long behind each of the two times; the generic layout has none.
const NSEMS_OFFSET = process.arch === "x64" ? 80 : 64;

/** semctl(2), IPC_STAT. Returns what the kernel knows of the set, or `-errno`. */
export function semStat(set: number): SemSetStat | number {
  const view = new DataView(new ArrayBuffer(SEMID_DS_BYTES));
  const result = withErrno(c.semctlAt(set, 0, IPC_STAT, new Uint8Array(view.buffer)));
  if (result < 0) return result;
  return {
    key: view.getInt32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
    creatorUid: view.getUint32(12, true),
    mode: view.getUint32(MODE_OFFSET, true) & 0o777,
    lastOperation: Number(view.getBigUint64(OTIME_OFFSET, true)),
    count: Number(view.getBigUint64(NSEMS_OFFSET, true)),
  };
}

/** semctl(2), IPC_SET of the permission bits. Returns 0 or `-errno`. */
export function semSetMode(set: number, mode: number): number {
  const view = new DataView(new ArrayBuffer(SEMID_DS_BYTES));
  const buffer = new Uint8Array(view.buffer);
  const read = withErrno(c.semctlAt(set, 0, IPC_STAT, buffer));
  if (read < 0) return read;
  view.setUint32(MODE_OFFSET, mode, true);
  return withErrno(c.semctlAt(set, 0, IPC_SET, buffer));
}
