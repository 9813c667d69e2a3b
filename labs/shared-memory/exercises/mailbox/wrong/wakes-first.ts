import type { Words } from "../../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "../starter.ts";

/** Wakes before there is anything to see: who wakes up looks, sees nothing new, and sleeps again. */
export function put(words: Words, value: number): void {
  while (words.load(STATE) !== EMPTY) words.wait(STATE, FULL);
  words.store(VALUE, value);
  words.wake(STATE, 1);
  words.store(STATE, FULL);
}

export function take(words: Words): number {
  while (words.load(STATE) !== FULL) words.wait(STATE, EMPTY);
  const value = words.load(VALUE);
  words.wake(STATE, 1);
  words.store(STATE, EMPTY);
  return value;
}
