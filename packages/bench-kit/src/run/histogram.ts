import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

/** Significant digits: a value is kept to within 0.1 %. */
const DIGITS = 3;

export const PERCENTILES = [50, 90, 99, 99.9] as const;

/** A percentile with fewer samples than this beyond it is only a hint. */
const SAMPLES_BEYOND = 10;

/** An HDR histogram of times in nanoseconds, as text that any HDR tool decodes. */
export function encodeSamples(samplesNs: readonly number[]): string {
  const histogram = build({ numberOfSignificantValueDigits: DIGITS, bitBucketSize: 32, autoResize: true });
  for (const ns of samplesNs) histogram.recordValue(ns);
  return encodeIntoCompressedBase64(histogram);
}

export function mergeHistograms(encoded: readonly string[]): Histogram {
  const all = build({ numberOfSignificantValueDigits: DIGITS, bitBucketSize: 32, autoResize: true });
  for (const text of encoded) all.add(decodeFromCompressedBase64(text));
  return all;
}

export interface Percentile {
  percentile: number;
  ns: number;
  /** Too few samples lie beyond it to trust it. */
  few: boolean;
}

export function percentiles(histogram: Histogram): Percentile[] {
  return PERCENTILES.map((percentile) => ({
    percentile,
    ns: histogram.getValueAtPercentile(percentile),
    few: Math.round(histogram.totalCount * (100 - percentile)) / 100 < SAMPLES_BEYOND,
  }));
}
