import type { Measure, Mode } from "@ipc-playground/bench-kit";
import { MESSAGE_MEASURES } from "@ipc-playground/bench-kit";
import { describe, expect, test } from "vitest";
import { type LaunchOptions, launch } from "../dist/run/launch.js";
import { children } from "./fixtures/children.ts";

const fixture = new URL("./fixtures/bench.mjs", import.meta.url).href;

async function launchFixture(options: Partial<LaunchOptions> & { fault?: string } = {}) {
  const url = options.fault ? `${fixture}?fault=${options.fault}` : fixture;
  const { default: bench } = await import(/* @vite-ignore */ url);
  const rest = {
    mode: "blocking" as Mode,
    size: 100,
    measures: MESSAGE_MEASURES as readonly Measure[],
    messages: 100,
  };
  return launch({ ...rest, warmMs: 1, timedMs: 1, watchdogMs: 20_000, ...options, bench, url });
}

describe.each(["blocking", "event-loop"] as const)("%s", (mode) => {
  test.each([1, 100, 70_000])("all measures run with messages of %i bytes", async (size) => {
    const { measured } = await launchFixture({ mode, size });
    for (const measure of MESSAGE_MEASURES) {
      const { messages, ns, tenthsNs = [] } = measured[measure] ?? {};
      expect(messages).toBe(100);
      expect(ns).toBeGreaterThan(0);
      expect(tenthsNs).toHaveLength(10);
      expect(tenthsNs).toEqual(tenthsNs.toSorted((x, y) => x - y));
    }
    expect(measured.latency?.samples).toHaveLength(100);
    expect(measured.rate?.samples).toBeUndefined();
  });

  test.each([
    ["wrong-byte", /^side [AB]: byte 99 of message \d+ is \d+ and was sent as \d+$/],
    ["out-of-turn", /^side B: message \d+ was expected and message \d+ came$/],
    ["error", /^side B: the mechanism said no$/],
    ["exit", /^side [AB].*(exit code 3|closed)/],
    ["killed", /^side [AB].*(SIGKILL|closed)/],
  ])("%s voids the row, with the reason", async (fault, fact) => {
    await expect(launchFixture({ mode, fault })).rejects.toMatchObject({
      code: "BENCH_ROW_FAILED",
      fact: expect.stringMatching(fact),
    });
    expect(children()).toEqual([]);
  });

  test("the watchdog ends what is stuck, and says where it was", async () => {
    await expect(launchFixture({ mode, fault: "stuck", watchdogMs: 3000 })).rejects.toMatchObject({
      fact: expect.stringMatching(
        /^not done within 3 s: A is in (read|epoll_wait|epoll_pwait)\(2\), B is in futex\(2\)$/,
      ),
    });
    expect(children()).toEqual([]);
  });
});

test("the processors asked for are the ones the kernel says", async () => {
  expect((await launchFixture({ cpus: [0, 0], messages: 10 })).cpus).toEqual({ a: [0], b: [0] });
});

test("an abort ends both processes before it is reported", async () => {
  const abort = new AbortController();
  const launched = launchFixture({ fault: "stuck", signal: abort.signal });
  abort.abort("enough");
  await expect(launched).rejects.toBe("enough");
  expect(children()).toEqual([]);
});
