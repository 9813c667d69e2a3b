import type { Words } from "../words.ts";
import { FIRST_SLOT, PUT, SLOTS, TAKEN } from "./starter.ts";

/** Of a power of two, & takes the remainder of negative positions as well: -2147483648 follows 2147483647. */
function slotOf(position: number): number {
  return FIRST_SLOT + (position & (SLOTS - 1));
}

/** Put a value into the ring. `false`: it is full. Only one process calls this. */
export function tryPut(words: Words, value: number): boolean {
  const position = words.load(PUT);
  if (((position - words.load(TAKEN)) | 0) === SLOTS) return false;
  words.store(slotOf(position), value);
  // Last: whoever sees the new position finds the value in its slot.
  words.store(PUT, (position + 1) | 0);
  return true;
}

/** Take the oldest value out of the ring. `undefined`: it is empty. Only one process calls this. */
export function tryTake(words: Words): number | undefined {
  const position = words.load(TAKEN);
  if (position === words.load(PUT)) return undefined;
  const value = words.load(slotOf(position));
  // Last: whoever sees the new position may put something else into that slot.
  words.store(TAKEN, (position + 1) | 0);
  return value;
}
