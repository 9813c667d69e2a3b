import { numberText, PLACEMENTS, type Placement } from "@ipc-playground/bench-kit/run";
import type { EChartsOption } from "echarts";
import { type Chart, type Drawing, MODE_SAYS, type Section } from "../chart.ts";
import type { OfMode } from "../data/by-mode.ts";
import { type Placed, placements } from "../data/placements.ts";
import { LOGARITHMIC, logAxis } from "./axes.ts";
import { barRows, barsHeight, rowsLayout } from "./bars.ts";
import { sizesText } from "./words.ts";

/** No mechanism's colours: here a colour is a placement. They differ in lightness, for print too. */
const COLORS: Record<Placement, string> = {
  "two-cores": "#5b6472",
  "same-core": "#a3acb9",
  unpinned: "#c9a227",
};

const SAYS: Record<Placement, string> = {
  "two-cores": "two cores",
  "same-core": "same core",
  unpinned: "unpinned",
};

const BAR_PX = 13;

/** A round trip by where the two processes run: a group of bars for each mechanism; a picture for each mode. */
export function placementBars(drawing: Drawing): Section {
  const modes = placements(drawing.files);
  return {
    heading: "Where the two processes run",
    charts: modes.map(chartOf),
    absent: modes.length > 0 ? null : "No picture: everything was measured in one placement only.",
  };
}

function chartOf({ mode, entries }: OfMode<Placed>): Chart {
  const names = entries.map(({ label }) => label);
  const shown = PLACEMENTS.filter((placement) =>
    entries.some(({ micros }) => micros[placement] !== undefined),
  );
  const { wide, narrow } = rowsLayout(names);
  const legend = { data: shown.map((placement) => SAYS[placement]), top: 2, left: 0, itemGap: 18 };
  // The shortest bar needs a length as well, and the longest one room for its figure.
  const all = entries.flatMap(({ micros }) => Object.values(micros));
  const scale = logAxis("round trip, µs (p50)", [Math.min(...all) / 2, Math.max(...all) * 1.5]);
  const option = {
    legend,
    xAxis: { ...scale, startValue: scale.min },
    yAxis: barRows(names),
    series: shown.map((placement) => ({
      type: "bar",
      name: SAYS[placement],
      barMaxWidth: BAR_PX,
      barGap: "10%",
      itemStyle: { color: COLORS[placement] },
      label: { show: true, position: "right", fontSize: 10 },
      emphasis: { focus: "series" },
      data: entries.map((entry) => barOf(entry, placement)),
    })),
  };
  return {
    id: `placement-${mode}`,
    title: `How long a round trip takes by where the two processes run, ${mode} mode: shorter is better.`,
    reading: `${sizesText(entries)}, in ${MODE_SAYS[mode]}. Two cores: each process on one of its own. Same core: both on one, so that they take turns. Unpinned: wherever the scheduler puts them. ${LOGARITHMIC}`,
    height: barsHeight(names.length, shown.length * (BAR_PX + 2) + 10),
    option: option as EChartsOption,
    layout: { wide, narrow },
  };
}

function barOf({ label, micros }: Placed, placement: Placement) {
  const value = micros[placement];
  if (value === undefined) return { value: null };
  const text = `${numberText(value)} µs`;
  return { value, label: { formatter: text }, tip: [label, `${SAYS[placement]}: ${text}`] };
}
