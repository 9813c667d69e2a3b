/** Several launches of one row. The middle, and how far they lie apart; never a mean alone. */
export interface Spread {
  median: number;
  lowest: number;
  highest: number;
  count: number;
}

/** `null` for no values at all. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = [...values].sort((x, y) => x - y);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return null;
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  const lower = sorted[Math.ceil(middle) - 1] as number;
  return { median: (lower + upper) / 2, lowest, highest, count: sorted.length };
}

/** Whether the ranges have a value in common. If they do, the rows are "no difference". */
export function overlap(x: Spread, y: Spread): boolean {
  return x.lowest <= y.highest && y.lowest <= x.highest;
}

/** How far the launches lie apart, as a share of the median. */
export function relativeRange({ lowest, highest, median }: Spread): number {
  return (highest - lowest) / median;
}

/** A launch's number, with the block of launches that it ran in. */
export interface InBlock {
  block: number;
  value: number;
}

/**
 * The ratios of launches that ran beside each other. A machine that is slow for a minute is slow
 * for both, so the ratio says more than the two medians do.
 */
export function pairedRatios(ours: readonly InBlock[], theirs: readonly InBlock[]): number[] {
  const byBlock = new Map(theirs.map(({ block, value }) => [block, value]));
  return ours.flatMap(({ block, value }) => {
    const other = byBlock.get(block);
    return other === undefined ? [] : [value / other];
  });
}
