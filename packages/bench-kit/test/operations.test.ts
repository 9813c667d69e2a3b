import type { Bench, Measure, Mode, Operators } from "@ipc-playground/bench-kit";
import { MESSAGE_MEASURES, OPERATORS } from "@ipc-playground/bench-kit";
import { runBench } from "@ipc-playground/bench-kit/run";
import { describe, expect, test } from "vitest";
import { type LaunchOptions, launch } from "../dist/run/launch.js";
import { children } from "./fixtures/children.ts";

async function shared({ operators = "alone" as Operators, fault = "" } = {}) {
  const url = new URL(`./fixtures/shared.mjs?fault=${fault}`, import.meta.url).href;
  const { default: bench } = (await import(url)) as { default: Bench };
  return { bench: { ...bench, operators }, url };
}

async function launchShared(options: Partial<LaunchOptions> & Parameters<typeof shared>[0] = {}) {
  const measures: readonly Measure[] = ["operations"];
  const rest = { mode: "spin" as Mode, size: 100, measures, messages: 1000, warmMs: 1, timedMs: 1 };
  return launch({ ...rest, watchdogMs: 30_000, ...options, ...(await shared(options)) });
}

test("alone, side A does every operation", async () => {
  const { operations } = (await launchShared()).measured;
  expect(operations).toMatchObject({ messages: 1000, operators: "alone" });
  expect(operations?.ns).toBeGreaterThan(0);
  expect(operations?.tenthsNs).toHaveLength(10);
});

test("together, both stop when one has done its share", async () => {
  const { operations } = (await launchShared({ operators: "both", messages: 100_000 })).measured;
  expect(operations?.operators).toBe("both");
  expect(operations?.messages).toBeGreaterThanOrEqual(100_000);
  expect(operations?.messages).toBeLessThanOrEqual(200_000);
  expect(operations?.tenthsNs).toBeUndefined();
});

test("a sum that is not the number of operations voids the row", async () => {
  await expect(launchShared({ fault: "race" })).rejects.toMatchObject({
    code: "BENCH_ROW_FAILED",
    fact: expect.stringMatching(/^side A: 4 operations were done and they came to 2$/),
  });
  expect(children()).toEqual([]);
});

test("operations are calibrated as messages are", async () => {
  const options = { messages: undefined, timedMs: 20 };
  for (const operators of OPERATORS) {
    const { operations } = (await launchShared({ ...options, operators })).measured;
    expect(operations?.ns).toBeGreaterThanOrEqual(20e6);
  }
});

test("operations alone are one row, whatever the sizes", async () => {
  const result = await runBench({
    ...{
      benches: [await shared({ operators: "both" })],
      sizes: [64, 100],
      modes: ["spin"],
      runs: 1,
      seed: 1,
    },
    ...{ placements: ["unpinned"], messages: 50, warmMs: 1, timedMs: 1 },
  });
  expect(result.failures).toEqual([]);
  expect(result.launches.map(({ size }) => size)).toEqual([0]);
});

describe.each(["spin", "hybrid"] as const)("%s", (mode) => {
  const messages = { measures: MESSAGE_MEASURES, mode };

  test("all measures of messages run, with what a batch holds back flushed", async () => {
    const { measured } = await launchShared({ ...messages, messages: 103 });
    for (const measure of MESSAGE_MEASURES) expect(measured[measure]?.messages).toBe(103);
  });

  // Nothing gives way but at the end of a time slice, and still it ends.
  test("two that share one processor come to an end", async () => {
    const { cpus } = await launchShared({ ...messages, cpus: [0, 0], messages: 20 });
    expect(cpus).toEqual({ a: [0], b: [0] });
  });

  test("the watchdog ends a side that spins", async () => {
    const launched = launchShared({ ...messages, fault: "stuck", watchdogMs: 3000 });
    await expect(launched).rejects.toMatchObject({
      fact: expect.stringMatching(/^not done within 3 s: A is .*, B is running$/),
    });
    expect(children()).toEqual([]);
  });
});

test("a batch that is never flushed is found by the watchdog", async () => {
  const options = { measures: ["throughput"] as const, messages: 101, fault: "no-flush" };
  await expect(launchShared({ ...options, watchdogMs: 3000 })).rejects.toMatchObject({
    fact: expect.stringMatching(/^not done within 3 s/),
  });
  expect(children()).toEqual([]);
});
