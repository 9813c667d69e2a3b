import { bytesText, numberText } from "@ipc-playground/bench-kit/run";
import type { EChartsOption } from "echarts";
import { type Chart, type Drawing, MODE_SAYS, type Section } from "../chart.ts";
import type { OfMode } from "../data/by-mode.ts";
import { type Sweep, type SweepPoint, sweeps } from "../data/sweeps.ts";
import { LOGARITHMIC, logAxisUpright, sizeAxis } from "./axes.ts";
import { heightFor, highestEndFirst, legendLayout } from "./legend.ts";
import { lineOf } from "./line.ts";

const KINDS = {
  latency: {
    id: "latency-by-size",
    heading: "Round trip by size of the message",
    title: (mode: string) => `How long a round trip takes as messages grow, ${mode}: lower is better.`,
    axis: "round trip, µs (p50)",
    unit: "µs",
    none: "a round trip",
  },
  throughput: {
    id: "throughput-by-size",
    heading: "Throughput by size of the message",
    title: (mode: string) =>
      `How many bytes a second go one way as messages grow, ${mode}: higher is better.`,
    axis: "MB/s",
    unit: "MB/s",
    none: "throughput",
  },
} as const;

/** A line for each mechanism over the sizes of messages, both axes logarithmic; a picture for each mode. */
export function sizeSweep(drawing: Drawing, measure: keyof typeof KINDS): Section {
  const { heading, none } = KINDS[measure];
  const modes = sweeps(drawing.files, measure);
  return {
    heading,
    charts: modes.map((mode) => chartOf(drawing, measure, mode)),
    absent: modes.length > 0 ? null : `No picture: ${none} was not measured at two sizes.`,
  };
}

function chartOf({ looks }: Drawing, measure: keyof typeof KINDS, { mode, entries }: OfMode<Sweep>): Chart {
  const kind = KINDS[measure];
  const sorted = highestEndFirst(entries, ({ points }) => points.at(-1)?.value);
  const names = sorted.map(({ label }) => label);
  const sizes = entries.flatMap(({ points }) => points.map(({ size }) => size));
  const option = {
    xAxis: sizeAxis(sizes),
    yAxis: logAxisUpright(
      kind.axis,
      entries.flatMap(({ points }) => points.map(({ value }) => value)),
    ),
    series: sorted.map((sweep) =>
      lineOf(
        sweep,
        looks,
        sweep.points.map((point) => ({
          value: [point.size, point.value],
          tip: tipOf(sweep, point, kind.unit),
        })),
      ),
    ),
  };
  return {
    id: `${kind.id}-${mode}`,
    title: kind.title(`${mode} mode`),
    reading: `In ${MODE_SAYS[mode]}. A point is the median of the launches. ${LOGARITHMIC}`,
    height: heightFor(names),
    option: option as EChartsOption,
    layout: legendLayout(names),
  };
}

function tipOf({ label }: Sweep, { size, value, lowest, highest }: SweepPoint, unit: string): string[] {
  return [
    `${label}, ${bytesText(size)}`,
    `${numberText(value)} ${unit}`,
    `launches from ${numberText(lowest)} to ${numberText(highest)}`,
  ];
}
