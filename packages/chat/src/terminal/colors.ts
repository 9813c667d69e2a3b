import { fold } from "../protocol/names.ts";

/** Colours of the 256 that stand out from a black ground as well as from a white one: at least 3.8 to 1. */
export const NAME_COLORS: readonly number[] = [28, 31, 162, 130, 63, 30, 128, 64, 27, 131, 133, 166, 98, 100];
export const GOOD = 28;
export const WARNING = 130;
export const BAD = 160;

/** The same colour for a name wherever it is seen, in whatever case. FNV-1a. */
export function colorOf(nick: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(fold(nick))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // The low bits alone would give names of one letter neighbouring colours.
  return NAME_COLORS[((hash ^ (hash >>> 15)) >>> 0) % NAME_COLORS.length] as number;
}
