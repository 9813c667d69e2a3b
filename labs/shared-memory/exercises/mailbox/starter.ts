import type { Words } from "../words.ts";

/** Words of the shared memory: whether there is something in the mailbox, and what. */
export const STATE = 0;
export const VALUE = 1;

export const EMPTY = 0;
export const FULL = 1;

/** Put a value into the mailbox, asleep until it is empty. */
export function put(words: Words, value: number): void {
  while (words.load(STATE) === FULL) words.wait(STATE, words.load(STATE));
  words.store(VALUE, value);
  words.store(STATE, FULL);
  words.wake(STATE, 1);
}

/** Take the value out of the mailbox, asleep until there is one. */
export function take(words: Words): number {
  while (words.load(STATE) === EMPTY) words.wait(STATE, words.load(STATE));
  const value = words.load(VALUE);
  words.store(STATE, EMPTY);
  words.wake(STATE, 1);
  return value;
}
