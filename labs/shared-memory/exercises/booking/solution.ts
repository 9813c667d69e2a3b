import type { Words } from "../words.ts";
import { REFUSED, SEATS, SOLD } from "./starter.ts";

/** Book `count` seats side by side. Returns the number of the first, or -1 if there are not so many left. */
export function book(words: Words, count: number): number {
  const seats = words.load(SEATS);
  let first = words.load(SOLD);
  for (;;) {
    if (first + count > seats) {
      words.add(REFUSED, 1);
      return -1;
    }
    // Sold to us only if nobody has sold anything since we looked.
    const found = words.compareExchange(SOLD, first, first + count);
    if (found === first) return first;
    first = found;
  }
}
