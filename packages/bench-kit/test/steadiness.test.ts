import { expect, test } from "vitest";
import { paceText } from "../src/run/head.ts";
import { seededRandom } from "../src/run/shuffle.ts";
import { steadinessOf } from "../src/run/steadiness.ts";

const MS = 1e6;
const random = seededRandom(2026);

/** Mean 0, standard deviation 1. Box and Muller. */
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const around = (ms: number, deviation: number) => ms * MS * (1 + deviation * normal());

const samples = (count: number, one: () => number) => Array.from({ length: count }, one);
const kindOf = (count: number, one: () => number) => steadinessOf(samples(count, one)).kind;

test("little variation is steady, also with a few stalls", () => {
  expect(kindOf(200, () => around(1, 0.02))).toBe("steady");
  const stalled = [...samples(190, () => around(1, 0.02)), ...samples(10, () => 30 * MS)];
  expect(steadinessOf(stalled).kind).toBe("steady");
  expect(steadinessOf(Array(100).fill(MS))).toEqual({ kind: "steady", medianNs: MS, range: 0 });
});

test("one broad hill is noise, whatever its form", () => {
  expect(kindOf(200, () => around(1, 0.2))).toBe("noisy");
  expect(kindOf(200, () => MS * (1 + random()))).toBe("noisy");
  expect(kindOf(200, () => MS * (1 - Math.log(1 - random())))).toBe("noisy");
  expect(kindOf(200, () => MS * Math.exp(normal()))).toBe("noisy");
});

test("two hills are two speeds, each with its share, stalls or not", () => {
  const two = [...samples(120, () => around(1, 0.03)), ...samples(80, () => around(1.4, 0.03))];
  for (const all of [two, [...two, ...samples(6, () => 30 * MS)]]) {
    const found = steadinessOf(all);
    if (found.kind !== "bimodal") throw new Error(found.kind);
    expect(found.fast.medianNs / MS).toBeCloseTo(1, 1);
    expect(found.slow.medianNs / MS).toBeCloseTo(1.4, 1);
    expect(found.fast.share).toBeCloseTo(120 / all.length);
  }
});

test("two speeds that are close together disturb nobody", () => {
  const near = [...samples(100, () => around(1, 0.005)), ...samples(100, () => around(1.1, 0.005))];
  expect(steadinessOf(near).kind).toBe("steady");
});

test("too few samples say nothing", () => {
  expect(steadinessOf([])).toEqual({ kind: "unknown" });
  expect(steadinessOf([...Array(15).fill(MS), ...Array(14).fill(9 * MS)]).kind).toBe("unknown");
});

test("the sentence has the figures, and a steady machine has none", () => {
  const text = (ns: number[]) => paceText({ pace: ns.map((ns, order) => ({ order, ns })) }).join();
  expect(text([...Array(30).fill(MS), ...Array(20).fill(1.5 * MS)])).toContain(
    "took about 1.00 ms before 60 % of the launches, and 1.50 ms before the others",
  );
  const even = Array.from({ length: 101 }, (_, i) => MS * (0.5 + i / 100));
  expect(text(even)).toContain("1.00 ms before the middle launch, varied by 80 %");
  expect(text(Array(50).fill(MS))).toBe("");
});
