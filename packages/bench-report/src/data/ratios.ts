import type { Measure } from "@ipc-playground/bench-kit";
import { compare, type Spread } from "@ipc-playground/bench-kit/run";
import { type Named, rowsCompared, usualRows } from "../named.ts";
import { byMode, type Labelled, labelled, type OfMode } from "./by-mode.ts";

/** Our speed as a share of the C program's, from launches that ran beside each other. */
export interface Ratio extends Labelled {
  size: number;
  ratio: Spread;
  /** The ranges of the two overlap: nothing says that one is faster. */
  noDifference: boolean;
}

/** For each mode, the rows that have a yardstick, the best first. */
export function ratios(files: readonly Named[], measure: Measure): OfMode<Ratio>[] {
  const modes = byMode(rowsCompared(usualRows(files)), (row): Ratio | null => {
    const compared = compare(row, measure);
    if (!compared?.ratio) return null;
    const { ratio, noDifference } = compared;
    return { ...labelled(row), size: row.size, ratio, noDifference };
  });
  for (const { entries } of modes) entries.sort((x, y) => y.ratio.median - x.ratio.median);
  return modes;
}
