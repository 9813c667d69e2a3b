import type { Words } from "../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "./starter.ts";

/** Put a value into the mailbox, asleep until it is empty. */
export function put(words: Words, value: number): void {
  // The kernel compares once more, and only then falls asleep: a change in between is not lost.
  while (words.load(STATE) !== EMPTY) words.wait(STATE, FULL);
  words.store(VALUE, value);
  words.store(STATE, FULL);
  words.wake(STATE, 1);
}

/** Take the value out of the mailbox, asleep until there is one. */
export function take(words: Words): number {
  while (words.load(STATE) !== FULL) words.wait(STATE, EMPTY);
  const value = words.load(VALUE);
  words.store(STATE, EMPTY);
  words.wake(STATE, 1);
  return value;
}
