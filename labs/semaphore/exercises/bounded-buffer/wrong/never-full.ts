import type { SemaphoreSet } from "@ipc-playground/semaphores";
import type { Ring } from "../ring.ts";

const MUTEX = 0;
const ITEMS = 1;

/** The values with which the semaphores begin, one for each that you want. */
export function values(_capacity: number): number[] {
  return [1, 0];
}

/** Waits for nothing but the mutex: a full ring is nobody's affair. */
export function put(set: SemaphoreSet, ring: Ring, item: number): void {
  set.wait(MUTEX);
  ring.add(item);
  set.post(MUTEX);
  set.post(ITEMS);
}

/** Take the oldest item out of the ring, asleep while it is empty. */
export function get(set: SemaphoreSet, ring: Ring): number {
  set.wait(ITEMS);
  set.wait(MUTEX);
  const item = ring.remove();
  set.post(MUTEX);
  return item;
}
