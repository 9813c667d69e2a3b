import type { Words } from "../../words.ts";
import { REFUSED, SEATS, SOLD } from "../starter.ts";

/** Adds in one step, but a step after it has looked: the last seats are sold twice. */
export function book(words: Words, count: number): number {
  if (words.load(SOLD) + count > words.load(SEATS)) {
    words.add(REFUSED, 1);
    return -1;
  }
  return words.add(SOLD, count);
}
