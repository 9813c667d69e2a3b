/**
 * Int32s in memory that several processes share. Each call is one step: nobody comes in between, but
 * between two calls anybody may. These are Atomics and futex(2) under short names.
 */
export interface Words {
  load(index: number): number;
  store(index: number, value: number): void;
  /** Add, and return what was there before. */
  add(index: number, value: number): number;
  /** Put `value` there, and return what was there before. */
  exchange(index: number, value: number): number;
  /** Put `value` there if `expected` is there. Returns what was there before: `expected`, if it was done. */
  compareExchange(index: number, expected: number, value: number): number;
  /**
   * Sleep while `expected` is there, until somebody wakes this process: FUTEX_WAIT. Looking and falling
   * asleep are one step. It may return for no reason: look again.
   */
  wait(index: number, expected: number): void;
  /** Wake at most `count` of those who sleep on this word: FUTEX_WAKE. Returns how many. */
  wake(index: number, count: number): number;
}
