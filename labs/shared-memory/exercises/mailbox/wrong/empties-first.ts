import type { Words } from "../../words.ts";
import { EMPTY, FULL, STATE, VALUE } from "../starter.ts";

/** Says that the mailbox is empty, and then reads what the next one may have put there. */
export function put(words: Words, value: number): void {
  while (words.load(STATE) !== EMPTY) words.wait(STATE, FULL);
  words.store(VALUE, value);
  words.store(STATE, FULL);
  words.wake(STATE, 1);
}

export function take(words: Words): number {
  while (words.load(STATE) !== FULL) words.wait(STATE, EMPTY);
  words.store(STATE, EMPTY);
  words.wake(STATE, 1);
  return words.load(VALUE);
}
