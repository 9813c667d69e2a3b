import { availableParallelism } from "node:os";
import { type Bench, MESSAGE_MEASURES, type Mode } from "@ipc-playground/bench-kit";
import {
  fellBehind,
  type LoadedBench,
  loadBench,
  loadResult,
  mergeHistograms,
  runBench,
  schedule,
} from "@ipc-playground/bench-kit/run";
import { describe, expect, test } from "vitest";
import { launch } from "../dist/run/launch.js";
import type { Ladder, MeasuredLoad } from "../dist/run/load.js";
import { children } from "./fixtures/children.ts";

const fixture = (fault = ""): Promise<LoadedBench> =>
  loadBench(new URL(`./fixtures/bench.mjs?fault=${fault}`, import.meta.url).href);

/** The open loop alone: no measure before it. */
async function climb(
  mode: Mode,
  ladder: Ladder,
  fault?: string,
  properties?: Pick<Bench, "loses">,
): Promise<MeasuredLoad[]> {
  const { bench, url } = await fixture(fault);
  const durations = { messages: 1, warmMs: 1, timedMs: 1, watchdogMs: 20_000 };
  const launched = await launch({
    ...{ bench: { ...bench, ...properties }, url },
    ...{ mode, size: 100, measures: [], ladder, ...durations },
  });
  expect(children()).toEqual([]);
  return launched.load ?? [];
}

/** The number of the fixture's fault among the messages of the first load: after the gate's, and two to meet. */
const FAULT_AT = 24;
const MS = 1e6;

describe.each(["blocking", "event-loop"] as const)("%s", (mode) => {
  test("each load has the messages and the rate that were asked for, and none is early", async () => {
    const load = await climb(mode, { rates: [1000, 2000], leastMs: 20, leastMessages: 30 });
    const asked = [
      { offeredPerSecond: 1000, messages: 30 },
      { offeredPerSecond: 2000, messages: 40 },
    ];
    // A busy machine may find the first one too much.
    expect(load.length).toBeGreaterThan(0);
    expect(load).toMatchObject(asked.slice(0, load.length));
    for (const { samples, messages, ns, offeredPerSecond } of load) {
      expect(samples).toHaveLength(messages);
      expect(Math.min(...samples)).toBeGreaterThan(0);
      // From the first one's due time to the last one's arrival.
      expect(ns).toBe(((messages - 1) / offeredPerSecond) * 1e9 + (samples.at(-1) ?? 0));
    }
  });

  test("a stall of the receiver costs every message that was due meanwhile", async () => {
    const [point] = await climb(mode, { rates: [1000], leastMs: 60, leastMessages: 1 }, "stall");
    // 20 ms from the arrival of one: the next was due 1 ms later, and so came 19 ms late at the least.
    for (let later = 0; later < 20; later++) {
      expect(point?.samples[FAULT_AT + later]).toBeGreaterThanOrEqual((20 - later) * MS);
    }
  });

  test("the first load that the receiver cannot keep up with is the last", async () => {
    const rates = [100_000, 200_000, 500_000];
    const load = await climb(mode, { rates, leastMs: 10, leastMessages: 1 }, "slow");
    expect(load.map(({ offeredPerSecond }) => offeredPerSecond)).toEqual([100_000]);
    // 0.2 ms for each, from the fault on.
    expect(load[0]?.ns).toBeGreaterThan((1000 - FAULT_AT) * 0.2 * MS);
    expect(load[0]?.samples.at(-1)).toBeGreaterThan(load[0]?.samples[FAULT_AT] ?? 0);
    expect(load[0]?.leastLateNs).toBe(Math.min(...(load[0]?.samples.slice(500) ?? [])));
  });

  test.each(["lose", "lose-rest"])(
    "a load at which messages are lost is none, and ends it: %s",
    async (fault) => {
      const load = await climb(mode, { rates: [1000, 2000], leastMs: 10, leastMessages: 10 }, fault, {
        loses: true,
      });
      expect(load.map(({ offeredPerSecond }) => offeredPerSecond)).toEqual([1000]);
    },
  );

  test("where nothing may be lost, a lost message voids the row", async () => {
    const ladder = { rates: [1000], leastMs: 60, leastMessages: 1 };
    await expect(climb(mode, ladder, "lose")).rejects.toMatchObject({
      code: "BENCH_ROW_FAILED",
      fact: "side B: message 24 was expected and message 25 came",
    });
    expect(children()).toEqual([]);
  });
});

test.each([
  ["was empty again after a long stall", { ns: 200e6, leastLateNs: 30_000 }, false],
  ["never emptied, though the last message was nearly in time", { ns: 110e6, leastLateNs: 5e6 }, true],
  ["is not known of, in an old file, and the last message was in time", { ns: 110e6 }, false],
  ["is not known of, in an old file, and the last message was late", { ns: 200e6 }, true],
])("a queue that %s: too much or not", (_, seen, tooMuch) => {
  // 100 ms on schedule.
  expect(fellBehind({ offeredPerSecond: 1000, messages: 100, ...seen })).toBe(tooMuch);
});

test("the open loop is run at its sizes, on two cores, for benches that have it, and not in C", async () => {
  const { bench, url } = await fixture();
  const without: Bench = { ...bench, mechanism: "other" };
  const { openLoop: _, ...other } = without;
  const planned = schedule(
    {
      benches: [
        { bench, url },
        { bench: other, url },
      ],
      ...{ sizes: [64, 100], loadSizes: [100], placements: ["two-cores", "unpinned"], runs: 1, seed: 1 },
    },
    () => true,
  );
  const loaded = planned.filter(({ load }) => load);
  expect(loaded.map(({ by }) => by).toSorted()).toEqual(["blocking", "event-loop"]);
  for (const one of loaded) {
    expect(one).toMatchObject({
      size: 100,
      placement: "two-cores",
      loaded: { bench: { mechanism: "test" } },
    });
  }
});

test.skipIf(availableParallelism() < 2)("the loads are saved with their launch", async () => {
  const result = await runBench({
    benches: [await fixture()],
    compile: { compiler: "no-such-compiler" },
    ...{ sizes: [100], loadSizes: [100], placements: ["two-cores"], modes: ["blocking"], runs: 1, seed: 1 },
    ...{ messages: 10, warmMs: 1, timedMs: 1 },
  });
  const [launched] = loadResult(JSON.stringify(result), "r.json").launches;
  expect(Object.keys(launched?.measured ?? {}).toSorted()).toEqual([...MESSAGE_MEASURES].toSorted());
  expect(launched?.load?.[0]).toMatchObject({ offeredPerSecond: 1000, messages: 100 });
  for (const { histogram, messages } of launched?.load ?? []) {
    expect(mergeHistograms([histogram]).totalCount).toBe(messages);
  }
});
