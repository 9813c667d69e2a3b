import { expect, test } from "vitest";
import { calibratedRun, settlingMs, warmUp } from "../src/run/calibrate.ts";
import type { Measured } from "../src/run/measured.ts";

/** A mechanism of which a message takes `nsOf(messages so far)`. */
function mechanism(nsOf: (before: number) => number) {
  const counts: number[] = [];
  const run = async (messages: number): Promise<Measured> => {
    const before = counts.reduce((sum, count) => sum + count, 0);
    counts.push(messages);
    const nothing = { cpuMicros: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
    return { messages, ns: messages * nsOf(before), usage: { a: nothing, b: nothing } };
  };
  return { counts, run };
}

test.each([
  ["50 ns a message", 50],
  ["50 µs a message", 50_000],
  ["5 ms a message", 5_000_000],
])("the run that counts lasts as long as was asked, at %s", async (_, ns) => {
  const { run } = mechanism(() => ns);
  expect((await calibratedRun(run, 80)).ns).toBeGreaterThanOrEqual(80e6);
});

test("a run that turned out too short because the code got faster is repeated", async () => {
  const { counts, run } = mechanism((before) => (before < 2000 ? 50_000 : 5_000));
  const result = await calibratedRun(run, 80);
  expect(result.ns).toBeGreaterThanOrEqual(80e6);
  expect(result.messages).toBe(counts.at(-1));
});

test.each([1, 80])(
  "the run that counts comes after the settling time, not within it: %i ms",
  async (timedMs) => {
    const { counts, run } = mechanism(() => 1e6);
    await calibratedRun(run, timedMs);
    expect(counts.slice(0, -1).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
      settlingMs(timedMs),
    );
  },
);

test("after a warm-up the first run counts, with as many messages as it takes", async () => {
  const { counts, run } = mechanism(() => 50_000);
  const warm = await warmUp(run, 30);
  const before = counts.length;
  const result = await calibratedRun(run, 80, warm);
  expect(counts.length - before).toBe(1);
  expect(result.ns).toBeGreaterThanOrEqual(80e6);
  expect(result.ns).toBeLessThan(2 * 80e6);
});

test("the warm-up lasts at least as long as it says", async () => {
  const { counts, run } = mechanism(() => 50_000);
  await warmUp(run, 250);
  expect(counts.reduce((sum, count) => sum + count * 0.05, 0)).toBeGreaterThanOrEqual(250);
  expect(await warmUp(run, 0)).toBeUndefined();
});
