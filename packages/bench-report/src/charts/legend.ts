import type { EChartsOption } from "echarts";

const CHARACTER_PX = 7.6;
const MARK_PX = 46;
const LEAST_PX = 110;
const MOST_PX = 300;
/** Lines of a legend at the side. */
const LINE_PX = 20;
const PLOT_PX = 400;
const BELOW_PX = 62;

/** Pixels that a legend of these names needs beside the plot. */
function besidePx(names: readonly string[]): number {
  const longest = Math.max(0, ...names.map((name) => name.length));
  return Math.min(MOST_PX, Math.max(LEAST_PX, longest * CHARACTER_PX + MARK_PX));
}

/** Tall enough for a line of the legend for each name. */
export function heightFor(names: readonly string[]): number {
  return Math.max(PLOT_PX, names.length * LINE_PX + 40);
}

/**
 * The legend at the right, one name under the other; where that leaves too little for the plot,
 * below it, one page at a time.
 */
export function legendLayout(names: readonly string[]): { wide: EChartsOption; narrow: EChartsOption } {
  const beside = besidePx(names);
  const legend = {
    type: "scroll" as const,
    data: [...names],
    textStyle: { overflow: "truncate" as const, width: beside - MARK_PX + 8 },
    tooltip: { show: true },
    animation: false,
  };
  return {
    wide: {
      grid: { left: 64, right: beside + 18, top: 16, bottom: 48 },
      legend: { ...legend, orient: "vertical", right: 20, top: 8, bottom: 8, left: "auto", itemGap: 6 },
    },
    narrow: {
      grid: { left: 58, right: 16, top: 16, bottom: BELOW_PX + 32 },
      legend: { ...legend, orient: "horizontal", left: 0, right: 0, top: "auto", bottom: 4, itemGap: 10 },
    },
  };
}

/** The order in which lines end at the right, so that the legend beside them has it too. */
export function highestEndFirst<T>(lines: readonly T[], end: (line: T) => number | undefined): T[] {
  return [...lines].sort((x, y) => (end(y) ?? 0) - (end(x) ?? 0));
}
