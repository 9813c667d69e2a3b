import type { Words } from "../../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "../starter.ts";

/** Takes a wake-up for news; but wait may return for no reason. */
export function put(words: Words, value: number): void {
  if (words.load(STATE) === FULL) words.wait(STATE, FULL);
  words.store(VALUE, value);
  words.store(STATE, FULL);
  words.wake(STATE, 1);
}

export function take(words: Words): number {
  if (words.load(STATE) === EMPTY) words.wait(STATE, EMPTY);
  const value = words.load(VALUE);
  words.store(STATE, EMPTY);
  words.wake(STATE, 1);
  return value;
}
