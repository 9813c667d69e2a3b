import type { Named } from "./named.ts";
import { sectionsOf } from "./sections.ts";
import { svgOf } from "./svg.ts";

export interface SvgFile {
  /** `percentiles-blocking.svg`: the same for every result. */
  name: string;
  text: string;
}

/** Each picture that there is data for, with its title in it. */
export function svgFiles(files: readonly Named[]): SvgFile[] {
  return sectionsOf(files).flatMap(({ charts }) =>
    charts.map((chart) => ({ name: `${chart.id}.svg`, text: svgOf(chart, { titled: true }) })),
  );
}
