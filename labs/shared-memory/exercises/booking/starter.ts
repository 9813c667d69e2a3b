import type { Words } from "../words.ts";

/** Words of the shared memory: how many seats are sold, how many there are, how many bookings were refused. */
export const SOLD = 0;
export const SEATS = 1;
export const REFUSED = 2;

/** Book `count` seats side by side. Returns the number of the first, or -1 if there are not so many left. */
export function book(words: Words, count: number): number {
  const first = words.load(SOLD);
  if (first + count > words.load(SEATS)) {
    words.store(REFUSED, words.load(REFUSED) + 1);
    return -1;
  }
  words.store(SOLD, first + count);
  return first;
}
