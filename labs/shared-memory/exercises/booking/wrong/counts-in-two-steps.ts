import type { Words } from "../../words.ts";
import { REFUSED, SEATS, SOLD } from "../starter.ts";

/** Sells in one step, and counts what it refuses in two. */
export function book(words: Words, count: number): number {
  const seats = words.load(SEATS);
  for (;;) {
    const first = words.load(SOLD);
    if (first + count > seats) {
      words.store(REFUSED, words.load(REFUSED) + 1);
      return -1;
    }
    if (words.compareExchange(SOLD, first, first + count) === first) return first;
  }
}
