import type { BenchResult } from "@ipc-playground/bench-kit/run";
import { expect, test } from "vitest";
import { loadSizes, loadSizesOf } from "../src/bench/open-loop.ts";
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

test.each([
  [["pnpm", "bench", "--full"], [100]],
  [["pnpm", "bench", "udp", "--load"], [100]],
  [["pnpm", "bench", "udp"], []],
])("a run that goes on does what it was begun with: %j", (commandLine, sizes) => {
  const sessions = [{ startedAt: "2026-01-01T00:00:00Z", seconds: 1, commandLine }];
  expect(loadSizesOf({ plan: TWO, sessions } as unknown as BenchResult, benches)).toEqual(sizes);
});
