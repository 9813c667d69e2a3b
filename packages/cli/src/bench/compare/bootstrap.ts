import { spread } from "@ipc-playground/bench-kit/run";

const RESAMPLES = 2000;

/** From the lowest to the highest value that the data bear out. */
export type Interval = readonly [low: number, high: number];

/**
 * Where the ratio of two medians, `newer` to `older`, may lie: each side is drawn from again and again,
 * with replacement, and the middle `level` of the ratios that come out is the interval. With five values
 * on a side it is too narrow: what is called 95 % holds the true ratio in about 90 of 100 cases.
 *
 * @param random - numbers in [0, 1); the same ones give the same interval
 * @see Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13: percentile intervals
 */
export function bootstrapRatio(
  older: readonly number[],
  newer: readonly number[],
  level: number,
  random: () => number,
): Interval {
  const ratios = Array.from(
    { length: RESAMPLES },
    () => medianOf(resampled(newer, random)) / medianOf(resampled(older, random)),
  ).sort((x, y) => x - y);
  const at = (share: number) => ratios[Math.round((ratios.length - 1) * share)] ?? Number.NaN;
  return [at((1 - level) / 2), at((1 + level) / 2)];
}

function resampled(values: readonly number[], random: () => number): number[] {
  return values.map(() => values[Math.floor(random() * values.length)] as number);
}

/** `NaN` for none. */
export function medianOf(values: readonly number[]): number {
  return spread(values)?.median ?? Number.NaN;
}
