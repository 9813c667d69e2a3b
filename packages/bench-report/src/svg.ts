import { type EChartsOption, init } from "echarts";
import type { Chart } from "./chart.ts";
import { drawable } from "./page/drawable.ts";

const WIDTH_PX = 900;
const TITLE_PX = 76;
const FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif";

/**
 * A chart as SVG text, without a browser; the same text for the same chart. For white paper.
 *
 * @param titled - with its title in the picture, and on white, so that it can stand alone
 */
export function svgOf(chart: Chart, { titled }: { titled: boolean }): string {
  const above = titled ? TITLE_PX : 0;
  const drawn = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: WIDTH_PX,
    height: chart.height + above,
  });
  drawn.setOption(drawable(JSON.stringify({ ...chart.option, ...titleOf(chart, titled) })) as EChartsOption);
  drawn.setOption(drawable(JSON.stringify(lowered(chart.layout.wide, above))) as EChartsOption);
  const svg = drawn.renderToSVGString();
  drawn.dispose();
  return labelled(svg, chart);
}

function titleOf({ title, option }: Chart, titled: boolean): EChartsOption {
  const basis = { animation: false, textStyle: { fontFamily: FONT } };
  if (!titled) return { ...basis, backgroundColor: "transparent" };
  return {
    ...basis,
    backgroundColor: "#ffffff",
    title: {
      text: title,
      left: 8,
      top: 8,
      textStyle: { fontSize: 16, width: WIDTH_PX - 24, overflow: "break" },
    },
    ...(option.legend && { legend: { ...option.legend, top: TITLE_PX } }),
  };
}

/** The same layout with room above it. */
function lowered(layout: EChartsOption, above: number): EChartsOption {
  const shift = (part: unknown) =>
    Object.fromEntries(
      Object.entries((part ?? {}) as Record<string, unknown>).map(([key, value]) =>
        key === "top" && typeof value === "number" ? [key, value + above] : [key, value],
      ),
    );
  return {
    ...layout,
    grid: shift(layout.grid),
    ...(layout.legend && { legend: shift(layout.legend) }),
  };
}

/** Say to a screen reader what it is; and name its parts after the chart instead of counting all charts of the process. */
function labelled(svg: string, { id, title }: Chart): string {
  return svg
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace("<svg ", `<svg role="img" aria-label="${escaped(title)}" `);
}

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
