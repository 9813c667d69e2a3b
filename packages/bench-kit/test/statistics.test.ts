import { expect, test } from "vitest";
import { seededRandom, shuffled } from "../src/run/shuffle.ts";
import { overlap, pairedRatios, relativeRange, spread } from "../src/run/statistics.ts";

const range = (lowest: number, highest: number) => ({
  lowest,
  highest,
  median: (lowest + highest) / 2,
  count: 5,
});

test("the median of an even count lies between the two in the middle", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, lowest: 1, highest: 4, count: 4 });
  expect(spread([9, 1, 5])).toEqual({ median: 5, lowest: 1, highest: 9, count: 3 });
  expect(spread([])).toBeNull();
});

test("ranges overlap when they have a value in common, the ends included", () => {
  expect(overlap(range(1, 3), range(3, 5))).toBe(true);
  expect(overlap(range(1, 9), range(4, 5))).toBe(true);
  expect(overlap(range(1, 3), range(3.1, 5))).toBe(false);
  expect(overlap(range(6, 7), range(3.1, 5))).toBe(false);
});

test("a ratio is taken between launches of one block, not between medians", () => {
  const ours = [
    { block: 0, value: 90 },
    { block: 1, value: 45 },
    { block: 2, value: 70 },
  ];
  const theirs = [
    { block: 1, value: 50 },
    { block: 0, value: 100 },
  ];
  expect(pairedRatios(ours, theirs)).toEqual([0.9, 0.9]);
});

test("the range is a share of the median", () => {
  expect(relativeRange(range(90, 110))).toBeCloseTo(0.2);
});

test("a seed decides the order, and nothing is lost in it", () => {
  const items = Array.from({ length: 20 }, (_, i) => i);
  const once = shuffled(items, seededRandom(42));
  expect(shuffled(items, seededRandom(42))).toEqual(once);
  expect(shuffled(items, seededRandom(43))).not.toEqual(once);
  expect(once.toSorted((x, y) => x - y)).toEqual(items);
});
