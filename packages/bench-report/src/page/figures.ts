import type { Chart, Section } from "../chart.ts";
import { svgOf } from "../svg.ts";
import { escaped, scriptJson } from "./escape.ts";

/** A kind of picture: each as a still one, which is there without a script and on paper, and as what draws it. */
export function sectionHtml({ heading, charts, absent }: Section, id: string): string {
  const body = absent === null ? charts.map(figureHtml).join("\n") : `<p>${escaped(absent)}</p>`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(heading)}</h2>\n${body}\n</section>`;
}

function figureHtml(chart: Chart): string {
  const { id, title, reading, height, option, layout } = chart;
  return `<figure id="${escaped(id)}">
<figcaption><h3>${escaped(title)}</h3><p>${escaped(reading)}</p></figcaption>
<div class="still">${svgOf(chart, { titled: false })}</div>
<div class="live" role="img" aria-label="${escaped(title)}" style="height: ${height}px"></div>
<script type="application/json">${scriptJson({ option, ...layout })}</script>
</figure>`;
}
