/// <reference lib="dom" />
// What a page runs. No imports but of types: its text, compiled, stands in the page after drawable's
// and after ECharts, which gives a global.

import type * as ECharts from "echarts";

declare const echarts: typeof ECharts;
declare const drawable: typeof import("./drawable.ts").drawable;

interface Parts {
  option: ECharts.EChartsOption;
  wide: ECharts.EChartsOption;
  narrow: ECharts.EChartsOption;
}

/** From this width of a chart on there is room for a legend beside the plot. */
const WIDE_PX = 620;

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (prefersDark.matches ? "dark" : "default");

/** Nodes, not markup: a name out of a file can be anything. */
function tooltip(shown: unknown): HTMLElement {
  const { data, seriesName } = shown as { data?: { tip?: string[] }; seriesName?: string };
  const box = document.createElement("div");
  for (const line of data?.tip ?? [seriesName ?? ""]) {
    const row = document.createElement("div");
    row.textContent = line;
    box.append(row);
  }
  box.firstElementChild?.classList.add("tip-head");
  return box;
}

function draw(figure: HTMLElement): void {
  const place = figure.querySelector<HTMLElement>(".live");
  const text = figure.querySelector("script")?.textContent;
  if (!place || !text) return;
  figure.classList.add("drawn");
  const { option, wide, narrow } = drawable(text) as Parts;
  const chart = echarts.init(place, theme(), { renderer: "svg" });
  chart.setOption({
    baseOption: {
      ...option,
      animation: false,
      backgroundColor: "transparent",
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: { trigger: "item", confine: true, formatter: tooltip },
    },
    media: [{ query: { maxWidth: WIDE_PX }, option: narrow }, { option: wide }],
  });
  new ResizeObserver(() => chart.resize()).observe(place);
  prefersDark.addEventListener("change", () => chart.setTheme(theme()));
}

document.documentElement.classList.add("scripted");
for (const figure of document.querySelectorAll<HTMLElement>("figure")) draw(figure);
document.documentElement.classList.add("ready");
