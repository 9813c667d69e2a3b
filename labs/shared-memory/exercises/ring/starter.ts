import type { Words } from "../words.ts";

/** How many values the ring holds. */
export const SLOTS = 4;
/**
 * Words of the shared memory. Two positions: how many values have been put, and how many taken, since the
 * ring was made. They only grow; after 2147483647 comes -2147483648. Then the slots.
 */
export const PUT = 0;
export const TAKEN = 1;
export const FIRST_SLOT = 2;

/** Put a value into the ring. `false`: it is full. Only one process calls this. */
export function tryPut(words: Words, value: number): boolean {
  const position = words.load(PUT);
  if (position - words.load(TAKEN) === SLOTS) return false;
  words.store(PUT, position + 1);
  words.store(FIRST_SLOT + (position % SLOTS), value);
  return true;
}

/** Take the oldest value out of the ring. `undefined`: it is empty. Only one process calls this. */
export function tryTake(words: Words): number | undefined {
  const position = words.load(TAKEN);
  if (position === words.load(PUT)) return undefined;
  words.store(TAKEN, position + 1);
  return words.load(FIRST_SLOT + (position % SLOTS));
}
