import type { Measure, Mode } from "@ipc-playground/bench-kit";
import { openDescriptors } from "@ipc-playground/libc";
import { expect, test } from "vitest";
import { type LaunchOptions, launch } from "../dist/run/launch.js";
import { children } from "./fixtures/children.ts";

const fixture = new URL("./fixtures/threads.mjs", import.meta.url).href;
const measures: readonly Measure[] = ["latency", "rate"];

async function launchThreads(options: Partial<LaunchOptions> & { fault?: string } = {}) {
  const url = options.fault ? `${fixture}?fault=${options.fault}` : fixture;
  const { default: bench } = await import(/* @vite-ignore */ url);
  const rest = { mode: "blocking" as Mode, size: 0, measures, messages: 100 };
  return launch({ ...rest, warmMs: 1, timedMs: 1, watchdogMs: 20_000, ...options, bench, url });
}

test("two threads of one process are two sides: each has its own processor and its own cost", async () => {
  const descriptors = openDescriptors(process.pid)?.length;
  const { measured, cpus } = await launchThreads({ cpus: [0, 0] });
  expect(cpus).toEqual({ a: [0], b: [0] });
  expect(measured.latency?.samples).toHaveLength(100);
  // Each sleeps once for a message, unless the other was faster; who counts both sleeps has twice as many.
  for (const { messages, usage } of Object.values(measured)) {
    const sleeps = [usage.a.voluntarySwitches, usage.b.voluntarySwitches];
    expect(Math.max(...sleeps)).toBeLessThan(messages * 1.5);
    expect(usage.a.voluntarySwitches + usage.b.voluntarySwitches).toBeGreaterThan(messages / 2);
  }
  expect(children()).toEqual([]);
  expect(openDescriptors(process.pid)?.length).toBe(descriptors);
});

test.each([
  ["error", "side B: the mechanism said no"],
  ["exit", "side B: its thread ended with exit code 3"],
  ["killed", /^side [AB] was ended by SIGKILL$/],
  ["nothing-to-share", "side A: there is no memory"],
])("%s in a thread voids the row, with the reason", async (fault, fact) => {
  await expect(launchThreads({ fault })).rejects.toMatchObject({
    code: "BENCH_ROW_FAILED",
    fact: typeof fact === "string" ? fact : expect.stringMatching(fact),
  });
  expect(children()).toEqual([]);
});

test("the watchdog ends threads that are stuck, and says where each was", async () => {
  await expect(launchThreads({ fault: "stuck", watchdogMs: 3000 })).rejects.toMatchObject({
    fact: "not done within 3 s: A is in futex(2), B is in futex(2)",
  });
  expect(children()).toEqual([]);
});

test("an abort ends the threads' process before it is reported", async () => {
  const abort = new AbortController();
  const launched = launchThreads({ fault: "stuck", signal: abort.signal });
  abort.abort("enough");
  await expect(launched).rejects.toBe("enough");
  expect(children()).toEqual([]);
});
