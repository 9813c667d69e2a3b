import type { Words } from "../../words.ts";
import { REFUSED, SEATS, SOLD } from "../starter.ts";

const LOCK = 3;

/** Right, as long as nobody is stopped while it has the lock: then all others wait. */
export function book(words: Words, count: number): number {
  while (words.exchange(LOCK, 1) === 1);
  const first = words.load(SOLD);
  const fits = first + count <= words.load(SEATS);
  if (fits) words.store(SOLD, first + count);
  else words.store(REFUSED, words.load(REFUSED) + 1);
  words.store(LOCK, 0);
  return fits ? first : -1;
}
