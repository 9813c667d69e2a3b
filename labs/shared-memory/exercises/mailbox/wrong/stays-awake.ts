import type { Words } from "../../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "../starter.ts";

/** Never sleeps: it looks all the time, and nobody else gets the processor. */
export function put(words: Words, value: number): void {
  while (words.load(STATE) !== EMPTY);
  words.store(VALUE, value);
  words.store(STATE, FULL);
}

export function take(words: Words): number {
  while (words.load(STATE) !== FULL);
  const value = words.load(VALUE);
  words.store(STATE, EMPTY);
  return value;
}
