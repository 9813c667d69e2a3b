import type { EChartsOption } from "echarts";

const ROW_PX = 24;
const AROUND_PX = 96;
const CHARACTER_PX = 7.4;
const MOST_NAME_PX = 250;
const MOST_NAME_PX_NARROW = 120;

/** Tall enough for a row for each bar, however many there are. */
export function barsHeight(rows: number, perRow = ROW_PX): number {
  return rows * perRow + AROUND_PX;
}

/** An axis with a name for each row, the first one on top. */
export function barRows(names: readonly string[]) {
  return {
    type: "category",
    data: [...names],
    inverse: true,
    axisTick: { show: false },
    axisLabel: { interval: 0, overflow: "truncate" },
  };
}

/** Names at the left; where there is little room, cut short. */
export function rowsLayout(names: readonly string[]): { wide: EChartsOption; narrow: EChartsOption } {
  const longest = Math.max(0, ...names.map((name) => name.length)) * CHARACTER_PX;
  const fitted = (most: number, right: number): EChartsOption => {
    const width = Math.ceil(Math.min(most, longest));
    return {
      grid: { left: width + 14, right, top: 34, bottom: 48 },
      yAxis: [{ axisLabel: { width } }],
    };
  };
  return { wide: fitted(MOST_NAME_PX, 74), narrow: fitted(MOST_NAME_PX_NARROW, 54) };
}
