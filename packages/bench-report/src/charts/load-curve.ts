import { numberText } from "@ipc-playground/bench-kit/run";
import type { EChartsOption } from "echarts";
import { type Chart, type Drawing, MODE_SAYS, type Section } from "../chart.ts";
import type { OfMode } from "../data/by-mode.ts";
import { type LoadLine, type LoadStep, loadLines } from "../data/loads.ts";
import { LOGARITHMIC, logAxis, logAxisUpright } from "./axes.ts";
import { heightFor, highestEndFirst, legendLayout } from "./legend.ts";
import { hollowed, lineOf } from "./line.ts";
import { labelWithSize, sizesText } from "./words.ts";

/** Latency against offered load, sent on a schedule; a picture for each mode. */
export function loadCurve(drawing: Drawing): Section {
  const modes = loadLines(drawing.files);
  return {
    heading: "Latency under load",
    charts: modes.map((mode) => chartOf(drawing, mode)),
    absent: modes.length > 0 ? null : "No picture: nothing was sent on a schedule in this run.",
  };
}

function chartOf({ looks }: Drawing, { mode, entries }: OfMode<LoadLine>): Chart {
  const lines = highestEndFirst(labelWithSize(entries), ({ steps }) => steps.at(-1)?.p99Micros);
  const names = lines.map(({ label }) => label);
  const steps = entries.flatMap((line) => line.steps);
  const option = {
    xAxis: logAxis(
      "messages offered a second",
      steps.map(({ offeredPerSecond }) => offeredPerSecond),
    ),
    yAxis: logAxisUpright(
      "from intended send to arrival, µs",
      steps.flatMap(({ p50Micros, p99Micros }) => [p50Micros, p99Micros]),
    ),
    series: lines.flatMap((line) => {
      const usual = lineOf(line, looks, pointsOf(line, "p50Micros"));
      const rare = { ...usual.lineStyle, width: 1.2, opacity: 0.75 };
      return [
        usual,
        {
          ...usual,
          itemStyle: hollowed(usual.lineStyle.color),
          lineStyle: rare,
          data: pointsOf(line, "p99Micros"),
        },
      ];
    }),
  };
  return {
    id: `latency-by-load-${mode}`,
    title: `How long a message takes when more and more are sent each second, ${mode} mode: lower is better, and further right before it climbs.`,
    reading:
      `${sizesText(entries)}, one way, in ${MODE_SAYS[mode]}. Messages leave by the clock whether or not the receiver keeps up, and are timed from when they should have left. ` +
      `Thick: p50, the usual message. Thin and hollow: p99, which one in 100 exceeds. A line ends after the first load that was too much (the queue did not empty once in the second half of the messages), or before the first at which a message was lost. ${LOGARITHMIC}`,
    height: heightFor(names),
    option: option as EChartsOption,
    layout: legendLayout(names),
  };
}

function pointsOf({ label, steps }: LoadLine, which: "p50Micros" | "p99Micros") {
  return steps.map((step) => ({
    value: [step.offeredPerSecond, step[which]],
    tip: tipOf(label, step),
  }));
}

function tipOf(label: string, step: LoadStep): string[] {
  const { offeredPerSecond, arrivedPerSecond, p50Micros, p99Micros } = step;
  return [
    label,
    `${numberText(offeredPerSecond)} messages a second offered, ${numberText(arrivedPerSecond)} arrive`,
    `p50 ${numberText(p50Micros)} µs, p99 ${numberText(p99Micros)} µs`,
    `the receiver keeps up: ${keptUpText(step)}`,
  ];
}

/** `yes`, `no`, or in how many launches. */
export function keptUpText({ keptUp, launches }: LoadStep): string {
  return keptUp === launches ? "yes" : keptUp === 0 ? "no" : `in ${keptUp} of ${launches} launches`;
}
