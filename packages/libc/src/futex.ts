import { bind, callInPool, withErrno } from "./binding.ts";
import { timespec } from "./timespec.ts";

// futex(2) takes up to six arguments and reads those that its operation needs. The others are left out
// here: to pass a null costs about as much as the way into the kernel.
const c = {
  wait: bind<
    (
      number: number,
      word: Int32Array,
      operation: number,
      value: number,
      timeout: BigInt64Array | null,
    ) => number
  >("long syscall(long number, void *uaddr, int futex_op, unsigned int val, void *timeout)"),
  wake: bind<(number: number, word: Int32Array, operation: number, value: number) => number>(
    "long syscall(long number, void *uaddr, int futex_op, unsigned int val)",
  ),
};

// Source: asm/unistd_64.h of x86, asm-generic/unistd.h for arm64.
const SYS_futex = process.arch === "arm64" ? 98 : 202;
// Source: linux/futex.h. Without FUTEX_PRIVATE_FLAG: the word is shared between processes.
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const FUTEX_LOCK_PI = 6;
const FUTEX_UNLOCK_PI = 7;
const FUTEX_TRYLOCK_PI = 8;

/** One Int32 of shared memory, as a view of length 1: its address is the futex. */
export type FutexWord = Int32Array;

/**
 * futex(2), FUTEX_WAIT: sleep while `word` holds `expected`, at most `withinMs` milliseconds (Infinity:
 * for ever), event loop and all. The kernel compares and goes to sleep in one step: a wake between
 * the caller's look and its sleep is not lost. Returns 0 when woken, or `-errno`: `-EAGAIN` if the
 * word held something else, `-ETIMEDOUT`, `-EINTR`. A 0 may be spurious: look at the word again.
 */
export function futexWait(word: FutexWord, expected: number, withinMs: number): number {
  return withErrno(c.wait(SYS_futex, word, FUTEX_WAIT, expected, timespec(withinMs)));
}

/** {@link futexWait} in the thread pool. Keep `withinMs` short: see {@link callInPool}. */
export function futexWaitInPool(word: FutexWord, expected: number, withinMs: number): Promise<number> {
  return callInPool(c.wait, SYS_futex, word, FUTEX_WAIT, expected, timespec(withinMs));
}

/** futex(2), FUTEX_WAKE: wake at most `count` sleepers, in any process. Returns how many woke, or `-errno`. */
export function futexWake(word: FutexWord, count: number): number {
  return withErrno(c.wake(SYS_futex, word, FUTEX_WAKE, count));
}

/**
 * futex(2), FUTEX_LOCK_PI: take a lock whose word holds the owner's thread id, and let the owner have
 * the priority of the most urgent waiter meanwhile. Returns 0 or `-errno`; `-EDEADLK` for the owner itself.
 */
export function futexLockPi(word: FutexWord): number {
  return withErrno(c.wait(SYS_futex, word, FUTEX_LOCK_PI, 0, null));
}

/** futex(2), FUTEX_TRYLOCK_PI. Returns 0 or `-errno`: `-EAGAIN` if another thread has it. */
export function futexTryLockPi(word: FutexWord): number {
  return withErrno(c.wake(SYS_futex, word, FUTEX_TRYLOCK_PI, 0));
}

/** futex(2), FUTEX_UNLOCK_PI. Returns 0 or `-errno`; `-EPERM` if this thread is not the owner. */
export function futexUnlockPi(word: FutexWord): number {
  return withErrno(c.wake(SYS_futex, word, FUTEX_UNLOCK_PI, 0));
}
