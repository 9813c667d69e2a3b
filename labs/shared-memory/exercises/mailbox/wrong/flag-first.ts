import type { Words } from "../../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "../starter.ts";

/** Says that the value is there, and then puts it there. */
export function put(words: Words, value: number): void {
  while (words.load(STATE) !== EMPTY) words.wait(STATE, FULL);
  words.store(STATE, FULL);
  words.store(VALUE, value);
  words.wake(STATE, 1);
}

export function take(words: Words): number {
  while (words.load(STATE) !== FULL) words.wait(STATE, EMPTY);
  const value = words.load(VALUE);
  words.store(STATE, EMPTY);
  words.wake(STATE, 1);
  return value;
}
