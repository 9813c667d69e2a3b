import { numberText } from "@ipc-playground/bench-kit/run";
import type { EChartsOption } from "echarts";
import { type Chart, type Drawing, MODE_SAYS, type Section } from "../chart.ts";
import type { OfMode } from "../data/by-mode.ts";
import { type Curve, type CurvePoint, percentileCurves } from "../data/percentile-curves.ts";
import { logAxisUpright, tickedLogAxis } from "./axes.ts";
import { heightFor, highestEndFirst, legendLayout } from "./legend.ts";
import { lineOf } from "./line.ts";
import { sizesText } from "./words.ts";

/** How long the slower round trips take: percentiles on the scale of HDR histograms; a picture for each mode. */
export function percentileCurve(drawing: Drawing): Section {
  const modes = percentileCurves(drawing.files);
  return {
    heading: "The slow ones: percentiles of a round trip",
    charts: modes.map((mode) => chartOf(drawing, mode)),
    absent: modes.length > 0 ? null : "No picture: no round trips were timed one by one.",
  };
}

function chartOf({ looks }: Drawing, { mode, entries }: OfMode<Curve>): Chart {
  const sorted = highestEndFirst(entries, ({ points }) => points.at(-1)?.micros);
  const names = sorted.map(({ label }) => label);
  const rarest = Math.max(...entries.flatMap(({ points }) => points.map(({ oneIn }) => oneIn)));
  const option = {
    xAxis: tickedLogAxis("percentile: share that was at least this fast", ticksFor(rarest), rarest),
    yAxis: logAxisUpright(
      "round trip, µs",
      entries.flatMap(({ points }) => points.map(({ micros }) => micros)),
    ),
    series: sorted.map((curve) => ({
      ...lineOf(
        curve,
        looks,
        curve.points.map((point) => ({ value: [point.oneIn, point.micros], tip: tipOf(curve, point) })),
      ),
      symbolSize: 5,
    })),
  };
  return {
    id: `percentiles-${mode}`,
    title: `How slow the slowest round trips are, ${mode} mode: lower is better, and flat means predictable.`,
    reading:
      `${sizesText(entries)}, in ${MODE_SAYS[mode]}. At 50 % stands the usual round trip; at 99 % the one that only one in 100 exceeds, and so on. ` +
      "A line ends where fewer than 10 samples lie beyond.",
    height: heightFor(names),
    option: option as EChartsOption,
    layout: legendLayout(names),
  };
}

/** The median, and as many nines as the longest curve has. */
function ticksFor(rarest: number) {
  const decades = Math.floor(Math.log10(rarest) + 1e-9);
  return [1, 2, ...Array.from({ length: decades }, (_, i) => 10 ** (i + 1))].map((oneIn) => ({
    value: oneIn,
    text: percentileText(100 * (1 - 1 / oneIn)),
  }));
}

function percentileText(percentile: number): string {
  return `${Number(percentile.toFixed(5))} %`;
}

function tipOf({ label, samples, maxMicros }: Curve, { percentile, oneIn, micros }: CurvePoint): string[] {
  return [
    label,
    `p${Number(percentile.toPrecision(5))}: ${numberText(micros)} µs`,
    ...(oneIn > 1 ? [`one in ${numberText(oneIn)} takes longer`] : []),
    `${samples.toLocaleString("en-US")} round trips, the slowest ${numberText(maxMicros)} µs`,
  ];
}
