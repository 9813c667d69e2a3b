import type { Words } from "../../words.ts";
import { FIRST_SLOT, PUT, SLOTS, TAKEN } from "../starter.ts";

function slotOf(position: number): number {
  return FIRST_SLOT + (position & (SLOTS - 1));
}

/** Says that the value is there, and then puts it there. */
export function tryPut(words: Words, value: number): boolean {
  const position = words.load(PUT);
  if (((position - words.load(TAKEN)) | 0) === SLOTS) return false;
  words.store(PUT, (position + 1) | 0);
  words.store(slotOf(position), value);
  return true;
}

export function tryTake(words: Words): number | undefined {
  const position = words.load(TAKEN);
  if (position === words.load(PUT)) return undefined;
  const value = words.load(slotOf(position));
  words.store(TAKEN, (position + 1) | 0);
  return value;
}
