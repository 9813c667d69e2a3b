import { mergeHistograms } from "@ipc-playground/bench-kit/run";
import { type Named, rowsCompared, usualRows } from "../named.ts";
import { byMode, type Labelled, labelled, type OfMode } from "./by-mode.ts";

export interface CurvePoint {
  percentile: number;
  /** 1 / (1 - p): 1 is p0, 2 the median, 10 is p90, 100 is p99. How rare one this slow is: one in so many. */
  oneIn: number;
  micros: number;
}

/** How one row's round trips are distributed, all of its launches together. */
export interface Curve extends Labelled {
  size: number;
  samples: number;
  points: CurvePoint[];
  /** The slowest round trip, in µs. */
  maxMicros: number;
}

const NS_PER_MICRO = 1000;
/** Points on the way to ten times as rare. */
const POINTS_PER_DECADE = 5;
/** The curve ends where fewer samples than this lie beyond: what comes after is chance. */
const SAMPLES_BEYOND = 10;

export function percentileCurves(files: readonly Named[]): OfMode<Curve>[] {
  return byMode(rowsCompared(usualRows(files)), (row) => {
    const encoded = row.launches.flatMap(({ measured }) => measured.latency?.histogram ?? []);
    if (encoded.length === 0) return null;
    const histogram = mergeHistograms(encoded);
    const points = raritiesOf(histogram.totalCount).map((oneIn) => {
      const percentile = 100 * (1 - 1 / oneIn);
      return { percentile, oneIn, micros: histogram.getValueAtPercentile(percentile) / NS_PER_MICRO };
    });
    return {
      ...labelled(row),
      size: row.size,
      samples: histogram.totalCount,
      points,
      maxMicros: histogram.maxValue / NS_PER_MICRO,
    };
  });
}

/** From 1, evenly on a logarithmic scale, with the median and every power of ten among them. */
function raritiesOf(samples: number): number[] {
  const rarest = samples / SAMPLES_BEYOND;
  const steps = Math.floor(Math.log10(Math.max(1, rarest)) * POINTS_PER_DECADE + 1e-9);
  const even = Array.from({ length: steps + 1 }, (_, i) => 10 ** (i / POINTS_PER_DECADE));
  return [...even, ...(rarest >= 2 ? [2] : [])].sort((x, y) => x - y);
}
