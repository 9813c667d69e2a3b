import type { SemaphoreSet } from "@ipc-playground/semaphores";

const MUTEX = 0;
const COUNT = 1;
const TURNSTILE = 2;

/** The values with which the semaphores begin, one for each that you want. */
export function values(_parties: number): number[] {
  return [1, 0, 0];
}

/** Come back when all of the parties have called this for the same round; asleep until then. */
export function meet(set: SemaphoreSet, parties: number): void {
  set.wait(MUTEX);
  set.post(COUNT);
  if (set.value(COUNT) === parties) set.post(TURNSTILE);
  set.post(MUTEX);
  // Whoever comes through opens it for the next one.
  set.wait(TURNSTILE);
  set.post(TURNSTILE);
}
