import type { SemaphoreSet } from "@ipc-playground/semaphores";
import type { Ring } from "../ring.ts";

const MUTEX = 0;
const SLOTS = 1;
const ITEMS = 2;

/** The values with which the semaphores begin, one for each that you want. */
export function values(capacity: number): number[] {
  return [1, capacity, 0];
}

/** Says that there is an item before there is one. */
export function put(set: SemaphoreSet, ring: Ring, item: number): void {
  set.wait(SLOTS);
  set.post(ITEMS);
  set.wait(MUTEX);
  ring.add(item);
  set.post(MUTEX);
}

/** Take the oldest item out of the ring, asleep while it is empty. */
export function get(set: SemaphoreSet, ring: Ring): number {
  set.wait(ITEMS);
  set.wait(MUTEX);
  const item = ring.remove();
  set.post(MUTEX);
  set.post(SLOTS);
  return item;
}
