import type { Words } from "../../words.ts";
import { REFUSED, SEATS, SOLD } from "../starter.ts";

/** Takes first, and gives back what was too much: meanwhile seats look sold that are free. */
export function book(words: Words, count: number): number {
  const first = words.add(SOLD, count);
  if (first + count <= words.load(SEATS)) return first;
  words.add(SOLD, -count);
  words.add(REFUSED, 1);
  return -1;
}
