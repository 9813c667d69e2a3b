import { bind, callInPool, withErrno } from "./binding.ts";
import { realtimeDeadline } from "./timespec.ts";

type CSemaphore = bigint | Uint8Array;

const c = {
  open: bind<(name: string, flags: number, mode: number, value: number) => bigint | null>(
    "void *sem_open(const char *name, int oflag, unsigned int mode, unsigned int value)",
  ),
  close: bind<(semaphore: CSemaphore) => number>("int sem_close(void *sem)"),
  unlink: bind<(name: string) => number>("int sem_unlink(const char *name)"),
  init: bind<(semaphore: CSemaphore, shared: number, value: number) => number>(
    "int sem_init(void *sem, int pshared, unsigned int value)",
  ),
  destroy: bind<(semaphore: CSemaphore) => number>("int sem_destroy(void *sem)"),
  post: bind<(semaphore: CSemaphore) => number>("int sem_post(void *sem)"),
  wait: bind<(semaphore: CSemaphore) => number>("int sem_wait(void *sem)"),
  trywait: bind<(semaphore: CSemaphore) => number>("int sem_trywait(void *sem)"),
  timedwait: bind<(semaphore: CSemaphore, until: BigInt64Array | null) => number>(
    "int sem_timedwait(void *sem, const void *abs_timeout)",
  ),
  getvalue: bind<(semaphore: CSemaphore, value: Int32Array) => number>(
    "int sem_getvalue(void *sem, int *sval)",
  ),
};

/** `sizeof(sem_t)` on 64-bit Linux with glibc or musl, in bytes. Its address must be a multiple of 8. */
export const SEM_T_BYTES = 32;
/** The highest value of a POSIX semaphore. Source: limits.h, SEM_VALUE_MAX. */
export const SEM_VALUE_MAX = 0x7fff_ffff;

/** A semaphore of this process: the address of a named one, or the bytes of an unnamed one. */
export type PosixSemaphoreHandle = bigint | Uint8Array;

/**
 * sem_open(3). `flags`: those of open(2), of which O_CREAT and O_EXCL count; `mode` and `value` are
 * used only with O_CREAT. The same name twice in one process gives the same address. Returns the
 * address, or `-errno` as a number.
 */
export function semOpen(name: string, flags: number, mode = 0o600, value = 0): bigint | number {
  // SEM_FAILED is a null pointer.
  return c.open(name, flags, mode, value) ?? withErrno(-1);
}

/** sem_close(3) of a named semaphore. Using it afterwards is a crash, not an error. Returns 0 or `-errno`. */
export function semClose(semaphore: bigint): number {
  return withErrno(c.close(semaphore));
}

/** sem_unlink(3): the name goes now, the semaphore when all have closed it. Returns 0 or `-errno`. */
export function semUnlink(name: string): number {
  return withErrno(c.unlink(name));
}

/** sem_init(3) in {@link SEM_T_BYTES} bytes of memory, for every process that maps them. Returns 0 or `-errno`. */
export function semInit(semaphore: Uint8Array, value: number): number {
  return withErrno(c.init(semaphore, 1, value));
}

/** sem_destroy(3) of an unnamed semaphore that nobody waits for. Returns 0 or `-errno`. */
export function semDestroy(semaphore: Uint8Array): number {
  return withErrno(c.destroy(semaphore));
}

/** sem_post(3): add one, and wake a sleeper. Returns 0 or `-errno` (`-EOVERFLOW`). */
export function semPost(semaphore: PosixSemaphoreHandle): number {
  return withErrno(c.post(semaphore));
}

/** sem_trywait(3). Returns 0, or `-errno`: `-EAGAIN` at zero. */
export function semTryWait(semaphore: PosixSemaphoreHandle): number {
  return withErrno(c.trywait(semaphore));
}

/**
 * sem_wait(3), or sem_timedwait(3) of at most `withinMs` milliseconds: take one, asleep until there is
 * one, event loop and all. Returns 0, or `-errno`: `-EINTR`, `-ETIMEDOUT`.
 */
export function semWait(semaphore: PosixSemaphoreHandle, withinMs: number): number {
  const until = realtimeDeadline(withinMs);
  return withErrno(until === null ? c.wait(semaphore) : c.timedwait(semaphore, until));
}

/** {@link semWait} in the thread pool. Keep `withinMs` short: see {@link callInPool}. */
export function semWaitInPool(semaphore: PosixSemaphoreHandle, withinMs: number): Promise<number> {
  return callInPool(c.timedwait, semaphore, realtimeDeadline(withinMs));
}

/** sem_getvalue(3): 0 where processes wait; Linux never gives a negative value. Returns it, or `-errno`. */
export function semGetValue(semaphore: PosixSemaphoreHandle): number {
  const value = new Int32Array(1);
  const result = withErrno(c.getvalue(semaphore, value));
  return result < 0 ? result : (value[0] as number);
}
