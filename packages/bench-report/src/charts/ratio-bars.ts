import { MEASURES, type Measure } from "@ipc-playground/bench-kit";
import type { EChartsOption } from "echarts";
import { type Chart, type Drawing, MODE_SAYS, type Section } from "../chart.ts";
import type { OfMode } from "../data/by-mode.ts";
import { type Ratio, ratios } from "../data/ratios.ts";
import { barRows, barsHeight, rowsLayout } from "./bars.ts";
import { sizesText } from "./words.ts";

/** A rate says what latency does, with no clock inside the loop: one of them is enough. */
const SHOWN: readonly Measure[] = MEASURES.filter((measure) => measure !== "rate");

const SAYS: Record<Measure, string> = {
  latency: "a round trip",
  rate: "round trips",
  throughput: "sending one way",
  operations: "an operation of its own",
};

/** The scale ends somewhere between these shares; a bar that is longer is cut, and its percentage says so. */
const LEAST = 1.2;
const MOST = 2;
const STEP = 0.2;

const PERCENTS = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i / 5, `${i * 20} %`]));

/** How much of the C program's speed is reached: a bar for each mechanism; a picture for each mode and measure. */
export function ratioBars(drawing: Drawing): Section {
  const charts = SHOWN.flatMap((measure) =>
    ratios(drawing.files, measure).map((mode) => chartOf(drawing, measure, mode)),
  );
  return {
    heading: "What Node costs: speed as a share of the same program in C",
    charts,
    absent: charts.length > 0 ? null : "No picture: there was no C program to compare with.",
  };
}

function chartOf({ looks }: Drawing, measure: Measure, { mode, entries }: OfMode<Ratio>): Chart {
  const names = entries.map(({ label }) => label);
  const longest = Math.max(LEAST, ...entries.map(({ ratio }) => ratio.highest));
  const end = Math.min(MOST, Math.ceil(longest / STEP) * STEP);
  const cut = longest > end ? " What is longer than the scale is cut; its share stands at the right." : "";
  const option = {
    xAxis: shareAxis(end),
    // The percentages are a column at the right: no line runs through them.
    yAxis: [
      barRows(names),
      { ...barRows(entries.map(ratioText)), position: "right", axisLine: { show: false } },
    ],
    series: [barsOf(entries, looks, end)],
  };
  return {
    id: `ratio-to-c-${measure}-${mode}`,
    title: `How fast ${SAYS[measure]} is beside the same program in C, ${mode} mode: longer is better, and at the dashed line Node costs nothing.`,
    reading:
      `${sizesText(entries)}, in ${MODE_SAYS[mode]}. A bar ends at the median of launches that ran side by side; the thin line spans all of them. ` +
      `“≈”: the ranges of ours and C overlap, which is no difference.${cut}`,
    height: barsHeight(names.length),
    option: option as EChartsOption,
    layout: rowsLayout(names),
  };
}

function shareAxis(end: number) {
  return {
    type: "value",
    min: 0,
    max: end,
    interval: STEP,
    name: "share of C's speed",
    nameLocation: "middle",
    nameGap: 30,
    axisLabel: { formatter: PERCENTS, hideOverlap: true },
  };
}

function barsOf(entries: readonly Ratio[], looks: Drawing["looks"], end: number) {
  const asFastAsC = {
    xAxis: 1,
    lineStyle: { type: "dashed", width: 1.5, color: "#8a8f98" },
    label: { formatter: "as fast as C", position: "start" },
  };
  return {
    type: "bar",
    barMaxWidth: 16,
    data: entries.map((entry) => ({
      value: entry.ratio.median,
      itemStyle: { color: looks.get(entry.mechanism)?.color },
      tip: tipOf(entry),
    })),
    markLine: {
      silent: true,
      symbol: "none",
      animation: false,
      data: [asFastAsC, ...entries.map((entry, i) => whiskerOf(entry, i, end))],
    },
  };
}

function ratioText({ ratio, noDifference }: Ratio): string {
  return `${noDifference ? "≈ " : ""}${Math.round(ratio.median * 100)} %`;
}

/** From the slowest launch to the fastest. */
function whiskerOf({ ratio }: Ratio, i: number, end: number) {
  const lineStyle = { type: "solid", width: 1.5, color: "#6b7079" };
  return [
    { coord: [Math.min(ratio.lowest, end), i], symbol: "none", lineStyle, label: { show: false } },
    { coord: [Math.min(ratio.highest, end), i], symbol: "none" },
  ];
}

function tipOf({ label, ratio, noDifference }: Ratio): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    label,
    `${percent(ratio.median)} of C's speed`,
    `launches from ${percent(ratio.lowest)} to ${percent(ratio.highest)}`,
    ...(noDifference ? ["the ranges of ours and C overlap: no difference"] : []),
  ];
}
