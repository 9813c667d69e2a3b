/** CLOCK_MONOTONIC in nanoseconds: the same clock in every process of a machine. clock_gettime(2) */
export const now = process.hrtime.bigint;

const PARTS = 10;

/**
 * Where each tenth of `count` messages ends. A run reads the clock at these places only, so that
 * drift within a run shows and no message pays for a clock.
 */
export function tenths(count: number): number[] {
  return Array.from({ length: PARTS }, (_, i) => Math.floor((count * (i + 1)) / PARTS));
}
