import type { Drawing, Section } from "./chart.ts";
import { costScatter } from "./charts/cost-scatter.ts";
import { loadCurve } from "./charts/load-curve.ts";
import { percentileCurve } from "./charts/percentile-curve.ts";
import { placementBars } from "./charts/placement-bars.ts";
import { ratioBars } from "./charts/ratio-bars.ts";
import { sizeSweep } from "./charts/size-sweep.ts";
import type { Named } from "./named.ts";
import { palette } from "./palette.ts";

/** Every kind of picture, in the order of the page. */
export function sectionsOf(files: readonly Named[]): Section[] {
  const drawing: Drawing = { files, looks: palette(files) };
  return [
    ratioBars(drawing),
    sizeSweep(drawing, "latency"),
    sizeSweep(drawing, "throughput"),
    percentileCurve(drawing),
    loadCurve(drawing),
    costScatter(drawing),
    placementBars(drawing),
  ];
}
