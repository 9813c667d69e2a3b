import type { SemaphoreSet } from "@ipc-playground/semaphores";

const MUTEX = 0;
const COUNT = 1;
const TURNSTILE = 2;

export function values(_parties: number): number[] {
  return [1, 0, 0];
}

/** Sleeps in front of the turnstile with the mutex in hand, so that nobody else can come. */
export function meet(set: SemaphoreSet, parties: number): void {
  set.wait(MUTEX);
  set.post(COUNT);
  if (set.value(COUNT) === parties) {
    set.setValue(COUNT, 0);
    for (let i = 1; i < parties; i++) set.post(TURNSTILE);
  } else {
    set.wait(TURNSTILE);
  }
  set.post(MUTEX);
}
