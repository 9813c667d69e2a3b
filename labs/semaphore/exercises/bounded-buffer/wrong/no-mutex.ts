import type { SemaphoreSet } from "@ipc-playground/semaphores";
import type { Ring } from "../ring.ts";

const SLOTS = 0;
const ITEMS = 1;

/** The values with which the semaphores begin, one for each that you want. */
export function values(capacity: number): number[] {
  return [capacity, 0];
}

/** Counts well, but lets several into the ring together. Put an item into the ring, asleep while it is full. */
export function put(set: SemaphoreSet, ring: Ring, item: number): void {
  set.wait(SLOTS);
  ring.add(item);
  set.post(ITEMS);
}

/** Take the oldest item out of the ring, asleep while it is empty. */
export function get(set: SemaphoreSet, ring: Ring): number {
  set.wait(ITEMS);
  const item = ring.remove();
  set.post(SLOTS);
  return item;
}
