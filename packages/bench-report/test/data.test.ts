import { encodeSamples } from "@ipc-playground/bench-kit/run";
import { expect, test } from "vitest";
import { costs } from "../src/data/costs.ts";
import { loadLines } from "../src/data/loads.ts";
import { percentileCurves } from "../src/data/percentile-curves.ts";
import { placements } from "../src/data/placements.ts";
import { ratios } from "../src/data/ratios.ts";
import { sweeps } from "../src/data/sweeps.ts";
import { made, named } from "./made.ts";

test("a sweep is one mode's median launch at each size, with the launches' range around it", () => {
  const modes = sweeps(named(made({ mechanisms: ["pipe"], sizes: [1024, 100] })), "latency");
  expect(modes.map(({ mode }) => mode)).toEqual(["blocking", "event-loop"]);
  const [line] = modes[0]?.entries ?? [];
  expect(line?.points.map(({ size }) => size)).toEqual([100, 1024]);
  for (const { value, lowest, highest } of line?.points ?? []) {
    expect(lowest).toBeLessThan(value);
    expect(highest).toBeGreaterThan(value);
  }
});

test("throughput is bytes a second: messages a second times their size", () => {
  const result = made({ mechanisms: ["pipe"], modes: ["blocking"], runs: 1 });
  const launch = result.launches.find(({ by, size }) => by === "blocking" && size === 65_536);
  const { messages, ns } = launch?.measured.throughput ?? { messages: 0, ns: 1 };
  const [line] = sweeps(named(result), "throughput")[0]?.entries ?? [];
  expect(line?.points[1]?.value).toBeCloseTo((messages * 65_536 * 1e3) / ns, 6);
});

test("one size is no sweep", () => {
  expect(sweeps(named(made({ sizes: [100] })), "latency")).toEqual([]);
});

test("a percentile curve stands at 1/(1-p), has the median, and ends where ten samples are left", () => {
  const result = made({ mechanisms: ["pipe"], modes: ["blocking"], runs: 1 });
  const samples = Array.from({ length: 1000 }, (_, i) => (i + 1) * 1000);
  for (const { measured } of result.launches) {
    if (measured.latency) measured.latency.histogram = encodeSamples(samples);
  }
  const [curve] = percentileCurves(named(result))[0]?.entries ?? [];
  expect(curve?.samples).toBe(1000);
  const at = new Map(curve?.points.map(({ oneIn, micros }) => [Math.round(oneIn * 100) / 100, micros]));
  expect(at.get(2)).toBeCloseTo(500, -1);
  expect(at.get(10)).toBeCloseTo(900, -1);
  expect(curve?.points.at(-1)).toMatchObject({ oneIn: 100, percentile: 99 });
});

test("the launches' loads are put together rate by rate, though not every launch climbed as far", () => {
  const result = made({ mechanisms: ["pipe"], modes: ["blocking"], sizes: [100], runs: 2 });
  const point = (offeredPerSecond: number, micros: number, arrivesPerSecond = offeredPerSecond) => ({
    offeredPerSecond,
    messages: 100,
    ns: (100 / arrivesPerSecond) * 1e9,
    histogram: encodeSamples(Array(100).fill(micros * 1000)),
  });
  const [first, second] = result.launches.filter(({ by }) => by === "blocking");
  if (first) first.load = [point(1000, 10), point(2000, 70)];
  if (second) second.load = [point(1000, 10), point(2000, 70), point(5000, 900, 500)];
  const [line] = loadLines(named(result))[0]?.entries ?? [];
  expect(line?.steps.map(({ offeredPerSecond }) => offeredPerSecond)).toEqual([1000, 2000, 5000]);
  expect(line?.steps.map(({ p50Micros }) => Math.round(p50Micros))).toEqual([10, 70, 900]);
  expect(line?.steps.map(({ keptUp, launches }) => [keptUp, launches])).toEqual([
    [2, 2],
    [2, 2],
    [0, 1],
  ]);
  expect(line?.steps[2]?.arrivedPerSecond).toBeCloseTo(500);
});

test("without a load in any launch there is no line", () => {
  expect(loadLines(named(made()))).toEqual([]);
});

test("ratios are sorted from the best, and what has no C program is left out", () => {
  const result = made({ mechanisms: ["pipe", "udp", "fifo"], modes: ["blocking"] });
  result.launches = result.launches.filter(({ by, mechanism }) => by !== "c" || mechanism !== "fifo");
  const [mode] = ratios(named(result), "latency");
  const medians = mode?.entries.map(({ ratio }) => ratio.median) ?? [];
  expect(mode?.entries.map(({ label }) => label).toSorted()).toEqual(["pipe", "udp"]);
  expect(medians).toEqual(medians.toSorted((x, y) => y - x));
});

test("the cost of a round trip is both processes' time on a processor, without the latency run's clock", () => {
  const result = made({ mechanisms: ["pipe"], modes: ["blocking"], sizes: [100], runs: 1 });
  const launch = result.launches.find(({ by }) => by === "blocking");
  const { usage, messages } = launch?.measured.rate ?? {};
  const [cost] = costs(named(result));
  expect(cost?.cpuMicros).toBe(((usage?.a.cpuMicros ?? 0) + (usage?.b.cpuMicros ?? 0)) / (messages ?? 0));
  expect(cost).toMatchObject({ mode: "blocking", size: 100 });
});

test("placements are compared at the size that was measured in several", () => {
  const result = made({ sizes: [64, 100], placements: ["two-cores", "same-core"], modes: ["spin"] });
  const [mode] = placements(named(result));
  expect(mode?.entries.map(({ label, size }) => [label, size])).toEqual([
    ["pipe", 100],
    ["shm-slot", 100],
    ["udp", 100],
  ]);
  expect(Object.keys(mode?.entries[0]?.micros ?? {})).toEqual(["two-cores", "same-core"]);
  expect(placements(named(made()))).toEqual([]);
});

test("with several files, a name says which file it is from", () => {
  const [mode] = ratios(named(made({ mechanisms: ["pipe"] }), made({ mechanisms: ["pipe"] })), "latency");
  expect(mode?.entries.map(({ label }) => label).toSorted()).toEqual(["pipe · 1", "pipe · 2"]);
});
