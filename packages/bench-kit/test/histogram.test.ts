import { expect, test } from "vitest";
import { encodeSamples, mergeHistograms, percentiles } from "../src/run/histogram.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => (i + 1) * 1000);

test("percentiles survive being saved, to within 0.1 %", () => {
  const [p50, p90, p99] = percentiles(mergeHistograms([encodeSamples(upTo(10_000))]));
  expect(p50?.ns).toBeGreaterThanOrEqual(5_000_000 * 0.999);
  expect(p50?.ns).toBeLessThanOrEqual(5_000_000 * 1.001);
  expect(p90?.ns).toBeGreaterThanOrEqual(9_000_000 * 0.999);
  expect(p99?.ns).toBeLessThanOrEqual(9_900_000 * 1.001);
});

test("launches are merged sample by sample, not by their percentiles", () => {
  const merged = mergeHistograms([encodeSamples([1000, 1000, 1000]), encodeSamples([9000])]);
  expect(merged.totalCount).toBe(4);
  expect(merged.getValueAtPercentile(50)).toBe(1000);
  expect(merged.maxValue).toBeGreaterThanOrEqual(9000);
});

test.each([
  [100, [false, false, true, true]],
  [1_000, [false, false, false, true]],
  [10_000, [false, false, false, false]],
])("of %i samples, a percentile with fewer than ten beyond it is marked", (count, few) => {
  const marks = percentiles(mergeHistograms([encodeSamples(upTo(count))])).map((one) => one.few);
  expect(marks).toEqual(few);
});
