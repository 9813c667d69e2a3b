import type { Words } from "../../words.ts";
import { FIRST_SLOT, PUT, SLOTS, TAKEN } from "../starter.ts";

function slotOf(position: number): number {
  return FIRST_SLOT + (position & (SLOTS - 1));
}

/** Takes a ring with one free slot for a full one, as rings must that have no positions that grow. */
export function tryPut(words: Words, value: number): boolean {
  const position = words.load(PUT);
  if (((position - words.load(TAKEN)) | 0) === SLOTS - 1) return false;
  words.store(slotOf(position), value);
  words.store(PUT, (position + 1) | 0);
  return true;
}

export function tryTake(words: Words): number | undefined {
  const position = words.load(TAKEN);
  if (position === words.load(PUT)) return undefined;
  const value = words.load(slotOf(position));
  words.store(TAKEN, (position + 1) | 0);
  return value;
}
