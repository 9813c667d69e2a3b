import { medianOf } from "./bootstrap.ts";
import { rankTest } from "./rank-test.ts";

/** Of the bootstrap interval. */
export const LEVEL = 0.95;
/** A smaller difference than this factor is not worth telling, however sure it is. */
export const WORTH_TELLING = 1.05;
/** How many of the C programs' figures, which nothing changed, must have moved less than a change that is told. */
export const CONTROLS_BELOW = 0.95;
/** How seldom chance alone may set the launches of two files so far apart. */
export const RANK_LEVEL = 0.01;

type Direction = -1 | 0 | 1;

/** 1: the newer values are higher by at least the factor `least`; -1: lower; 0: neither. */
export function effectOf(old: readonly number[], now: readonly number[], least: number): Direction {
  const ratio = medianOf(now) / medianOf(old);
  return ratio >= least ? 1 : ratio <= 1 / least ? -1 : 0;
}

/** The same, and 0 as well where chance could have done it. */
export function directionOf(old: readonly number[], now: readonly number[], least: number): Direction {
  return rankTest(old, now) > RANK_LEVEL ? 0 : effectOf(old, now, least);
}

/** Whether so many launches could show a change at all, if no two of them overlapped. */
export function couldTell(old: number, now: number): boolean {
  const low = Array.from({ length: old }, (_, i) => i);
  const high = Array.from({ length: now }, (_, i) => old + i);
  return rankTest(low, high) <= RANK_LEVEL;
}
