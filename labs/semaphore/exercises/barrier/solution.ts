import type { SemaphoreSet } from "@ipc-playground/semaphores";

const MUTEX = 0;
/** How many have come in, and the turnstile behind which they all go on. */
const IN = { count: 1, turnstile: 2 };
/** How many are through it, and the turnstile that holds the fast ones until all are. */
const OUT = { count: 3, turnstile: 4 };

/** The values with which the semaphores begin, one for each that you want. */
export function values(_parties: number): number[] {
  return [1, 0, 0, 0, 0];
}

/** Come back when all of the parties have called this for the same round; asleep until then. */
export function meet(set: SemaphoreSet, parties: number): void {
  for (const { count, turnstile } of [IN, OUT]) {
    set.wait(MUTEX);
    set.post(count);
    if (set.value(count) === parties) {
      // One post for each, and the count begins anew, in one step.
      set.operate([
        { index: count, change: -parties },
        { index: turnstile, change: parties },
      ]);
    }
    set.post(MUTEX);
    set.wait(turnstile);
  }
}
