import { mergeHistograms } from "./histogram.ts";
import type { Placement } from "./placement.ts";
import type { BenchResult, Launch } from "./result.ts";

const NS_PER_MICROSECOND = 1000;
const TICKS_PER_HALF_DISTANCE = 5;

export interface HgrmFile {
  name: string;
  text: string;
}

function hgrmName({ mechanism, by, waits, size, placement }: Launch, usual: Placement | undefined): string {
  const parts = [mechanism, by, waits, size, placement === usual ? undefined : placement];
  return `${parts.filter((part) => part !== undefined).join("-")}.hgrm`;
}

/**
 * Latency of each row as an HDR percentile distribution in µs, in the text form that
 * HdrHistogram's plotter reads. The launches of a row are merged.
 */
export function hgrmFiles(result: BenchResult): HgrmFile[] {
  const encoded = new Map<string, string[]>();
  for (const launch of result.launches) {
    const histogram = launch.measured.latency?.histogram;
    const name = hgrmName(launch, result.plan.placements[0]);
    if (histogram) encoded.set(name, [...(encoded.get(name) ?? []), histogram]);
  }
  return [...encoded].map(([name, histograms]) => ({
    name,
    text: mergeHistograms(histograms).outputPercentileDistribution(
      TICKS_PER_HALF_DISTANCE,
      NS_PER_MICROSECOND,
    ),
  }));
}
