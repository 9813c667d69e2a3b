import { mergeHistograms } from "./histogram.ts";
import type { BenchResult } from "./result.ts";

const NS_PER_MICROSECOND = 1000;
const TICKS_PER_HALF_DISTANCE = 5;

export interface HgrmFile {
  name: string;
  text: string;
}

/** The names that {@link hgrmFiles} will use, known before anything is measured. */
export function hgrmName(row: {
  mechanism: string;
  by: string;
  size: number;
  waits?: string | undefined;
}): string {
  return `${row.mechanism}-${row.by}${row.waits ? `-${row.waits}` : ""}-${row.size}.hgrm`;
}

/**
 * Latency of each row as an HDR percentile distribution in µs, in the text form that
 * HdrHistogram's plotter reads. The launches of a row are merged.
 */
export function hgrmFiles(result: BenchResult): HgrmFile[] {
  const encoded = new Map<string, string[]>();
  for (const launch of result.launches) {
    const histogram = launch.measured.latency?.histogram;
    if (histogram) encoded.set(hgrmName(launch), [...(encoded.get(hgrmName(launch)) ?? []), histogram]);
  }
  return [...encoded].map(([name, histograms]) => ({
    name,
    text: mergeHistograms(histograms).outputPercentileDistribution(
      TICKS_PER_HALF_DISTANCE,
      NS_PER_MICROSECOND,
    ),
  }));
}
