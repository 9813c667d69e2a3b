import type { Mode } from "@ipc-playground/bench-kit";
import { MODES } from "@ipc-playground/bench-kit";
import { numberText } from "@ipc-playground/bench-kit/run";
import type { EChartsOption } from "echarts";
import type { Chart, Drawing, Section } from "../chart.ts";
import { type Cost, costs } from "../data/costs.ts";
import { LOGARITHMIC, logAxis, logAxisUpright } from "./axes.ts";
import { sizesText } from "./words.ts";

/** Here the shape tells the mode, because modes are what the picture is about. */
const SHAPES: Record<Mode, string> = {
  blocking: "circle",
  "event-loop": "rect",
  spin: "triangle",
  hybrid: "diamond",
};

const HEIGHT_PX = 500;
const AROUND = { left: 64, top: 40, bottom: 48 };
/** Room for the longest name beside the slowest mechanism. */
const NAME_PX = 150;

/** Processor time of a message against how long its round trip takes: all modes in one picture, told apart by shape. */
export function costScatter(drawing: Drawing): Section {
  const all = costs(drawing.files);
  return {
    heading: "What speed costs: processor time against latency",
    charts: all.length > 0 ? [chartOf(drawing, all)] : [],
    absent: all.length > 0 ? null : "No picture: no row has both a latency and a rate.",
  };
}

function chartOf({ looks }: Drawing, all: readonly Cost[]): Chart {
  const modes = MODES.filter((mode) => all.some((cost) => cost.mode === mode));
  const named = (show: boolean) => modes.map(() => ({ label: { show } }));
  const option = {
    legend: { data: modes, left: 50, top: 2, itemWidth: 14, itemGap: 18 },
    xAxis: logAxis(
      "round trip, µs (p50)",
      all.map(({ latencyMicros }) => latencyMicros),
    ),
    yAxis: logAxisUpright(
      "processor time of a round trip, µs, both processes",
      all.map(({ cpuMicros }) => cpuMicros),
    ),
    series: modes.map((mode) => ({
      type: "scatter",
      name: mode,
      symbol: SHAPES[mode],
      symbolSize: 11,
      itemStyle: { color: "#8a8f98" },
      label: { position: "right", fontSize: 11 },
      labelLayout: { hideOverlap: true },
      emphasis: { focus: "self", label: { show: true } },
      data: all
        .filter((cost) => cost.mode === mode)
        .map((cost) => ({
          value: [cost.latencyMicros, cost.cpuMicros],
          itemStyle: { color: looks.get(cost.mechanism)?.color },
          label: { formatter: cost.label },
          tip: tipOf(cost),
        })),
    })),
  };
  return {
    id: "cost-by-latency",
    title:
      "What a round trip costs the processors against how long it takes, all modes: further left and lower is better.",
    reading: `${sizesText(all)}. The shape tells how a mechanism waits; compare how much work waiting is. A name that would cover another one is left out: point at its mark. ${LOGARITHMIC}`,
    height: HEIGHT_PX,
    option: option as EChartsOption,
    layout: {
      wide: { grid: { ...AROUND, right: NAME_PX }, series: named(true) },
      narrow: { grid: { ...AROUND, right: 16 }, series: named(false) },
    } as Chart["layout"],
  };
}

function tipOf({ label, mode, latencyMicros, cpuMicros }: Cost): string[] {
  return [
    `${label}, ${mode}`,
    `round trip ${numberText(latencyMicros)} µs`,
    `processor time ${numberText(cpuMicros)} µs, both processes together`,
  ];
}
