import { wrapText } from "@ipc-playground/bench-kit/run";
import { type EChartsOption, init } from "echarts";
import type { Chart } from "./chart.ts";
import { drawable } from "./page/drawable.ts";
import { escaped } from "./page/escape.ts";

const WIDTH_PX = 900;
const FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif";

// Nobody knows the reader's fonts here, so lines are broken where the widest usual one has them full.
const TITLE = { columns: 82, fontSize: 16, linePx: 21 };

/**
 * A chart as SVG text, without a browser; the same text for the same chart. For white paper.
 *
 * @param titled - with its title in the picture, and on white, so that it can stand alone
 */
export function svgOf(chart: Chart, { titled }: { titled: boolean }): string {
  const title = titled ? wrapText(chart.title, TITLE.columns) : [];
  const above = titled ? title.length * TITLE.linePx + 12 : 0;
  const drawn = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH_PX,
    height: chart.height + above,
  });
  const basis = {
    animation: false,
    backgroundColor: titled ? "#ffffff" : "transparent",
    textStyle: { fontFamily: FONT },
    title: {
      text: title.join("\n"),
      left: 8,
      top: 8,
      textStyle: { fontSize: TITLE.fontSize, lineHeight: TITLE.linePx },
    },
  };
  const { option, layout } = chart;
  for (const part of [basis, lowered(option, above), lowered(layout.wide, above)]) {
    drawn.setOption(drawable(JSON.stringify(part)) as EChartsOption);
  }
  const svg = drawn.renderToSVGString();
  drawn.dispose();
  return labelled(svg, chart);
}

/** The same option with room above it. */
function lowered(option: EChartsOption, above: number): EChartsOption {
  const lower = (part: object) =>
    "top" in part && typeof part.top === "number" ? { ...part, top: part.top + above } : part;
  const { grid, legend } = option as { grid?: object; legend?: object };
  return { ...option, ...(grid && { grid: lower(grid) }), ...(legend && { legend: lower(legend) }) };
}

/**
 * Say to a screen reader what it is. Drop what only a pointer or a script needs, and name its parts
 * after the chart: ECharts counts them through the whole process.
 */
function labelled(svg: string, { id, title }: Chart): string {
  return svg
    .replace(/<style >.*?<\/style>\n?/s, "")
    .replace(/ class="[^"]*"/g, "")
    .replace(/ ecmeta_\w+="[^"]*"/g, "")
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace("<svg ", `<svg role="img" aria-label="${escaped(title)}" `);
}
