import { expect, test } from "vitest";
import { loadSizes } from "../src/bench/open-loop.ts";
import { benchesNamed } from "../src/bench/registry.ts";

const TWO = { sizes: [64, 100, 1024], placements: ["two-cores", "same-core"] as const };
const ONE = { ...TWO, placements: ["unpinned"] as const };
const benches = await benchesNamed(["udp", "fifo"]);

test("the open loop is run when it is asked for, at one size", () => {
  expect(loadSizes(benches, TWO, {})).toEqual([]);
  expect(loadSizes(benches, TWO, { load: true })).toEqual([100]);
  expect(loadSizes(benches, TWO, { full: true })).toEqual([100]);
  expect(loadSizes(benches, { ...TWO, sizes: [64, 1024] }, { load: true })).toEqual([64]);
});

test("on one core, --full goes without it, and --load says why it cannot", () => {
  expect(loadSizes(benches, ONE, { full: true })).toEqual([]);
  expect(() => loadSizes(benches, ONE, { load: true })).toThrow(/two cores/);
});

test("--load is refused where nothing has an open loop", async () => {
  const fifo = await benchesNamed(["fifo"]);
  expect(() => loadSizes(fifo, TWO, { load: true })).toThrow(/fifo has no open loop/);
  expect(loadSizes(fifo, TWO, { full: true })).toEqual([100]);
});
