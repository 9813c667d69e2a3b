import type { Words } from "../../words.ts";
import { FIRST_SLOT, PUT, SLOTS, TAKEN } from "../starter.ts";

function slotOf(position: number): number {
  return FIRST_SLOT + (position & (SLOTS - 1));
}

/** Gives the slot back, and then reads what may have been put there since. */
export function tryPut(words: Words, value: number): boolean {
  const position = words.load(PUT);
  if (((position - words.load(TAKEN)) | 0) === SLOTS) return false;
  words.store(slotOf(position), value);
  words.store(PUT, (position + 1) | 0);
  return true;
}

export function tryTake(words: Words): number | undefined {
  const position = words.load(TAKEN);
  if (position === words.load(PUT)) return undefined;
  words.store(TAKEN, (position + 1) | 0);
  return words.load(slotOf(position));
}
