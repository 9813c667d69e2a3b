import { readFileSync } from "node:fs";
import { loadBench, loadResult, type RunOptions, runBench, schedule } from "@ipc-playground/bench-kit/run";
import { expect, test } from "vitest";
import { children } from "./fixtures/children.ts";
import { hasCompiler, withYardstick } from "./fixtures/compiler.ts";

const fixture = (fault?: string) =>
  loadBench(new URL(`./fixtures/bench.mjs${fault ? `?fault=${fault}` : ""}`, import.meta.url).href);

async function run(options: Partial<RunOptions> & { fault?: string } = {}) {
  const benches = options.benches ?? [await fixture(options.fault)];
  const small = { sizes: [100], runs: 1, seed: 1, placements: ["unpinned" as const], messages: 50 };
  return runBench({ ...small, warmMs: 1, timedMs: 1, benches, ...options });
}

test("every row is launched as often as asked, beside the yardstick, in blocks", async () => {
  const result = await run({ runs: 2, sizes: [100, 5000] });
  expect(result.failures).toEqual([]);
  const rows = result.launches.map(({ by, size, block }) => `${by} ${size} ${block}`).toSorted();
  const programs = withYardstick("blocking", "event-loop");
  const expected = programs.flatMap((by) =>
    [100, 5000].flatMap((size) => [0, 1].map((block) => `${by} ${size} ${block}`)),
  );
  expect(rows).toEqual(expected.toSorted());
  for (let first = 0; first < result.launches.length; first += programs.length) {
    const group = result.launches
      .slice(first, first + programs.length)
      .map(({ size, block }) => `${size} ${block}`);
    expect(new Set(group).size).toBe(1);
  }
  expect(children()).toEqual([]);
});

test("a yardstick with several ways to wait runs once for each mode that it has", async () => {
  const { bench, url } = await fixture();
  const result = await run({ benches: [{ bench: { ...bench, yardstickModes: ["blocking"] }, url }] });
  const rows = result.launches.map(({ by, waits }) => `${by} ${waits ?? ""}`.trim());
  expect(rows.toSorted()).toEqual(withYardstick("blocking", "event-loop").map(nameOfC).toSorted());
});

const nameOfC = (by: string) => (by === "c" ? "c blocking" : by);

test("a result survives being saved and read again", async () => {
  const result = await run();
  expect(result.state).toBe("complete");
  expect(loadResult(JSON.stringify(result), "r.json")).toEqual(result);
});

test("one seed gives one order, of launches and of measures", async () => {
  const order = async () => {
    const { launches } = await run({ seed: 5, runs: 3, messages: 5 });
    return launches.map(({ by, measured }) => [by, Object.keys(measured)]);
  };
  expect(await order()).toEqual(await order());
});

test("without a compiler the rest runs, and the result says what is missing", async () => {
  const result = await run({ compile: { compiler: "no-such-compiler" } });
  expect(result.noYardstick).toEqual({ test: "no C compiler" });
  expect(result.launches.map(({ by }) => by).toSorted()).toEqual(["blocking", "event-loop"]);
});

test("a mechanism without a yardstick says so", async () => {
  const { bench, url } = await fixture();
  const { yardstick: _, ...without } = bench;
  const result = await run({ benches: [{ bench: without, url }], modes: ["blocking"] });
  expect(result.noYardstick).toEqual({ test: "none is written yet" });
});

test("a row that fails has no launches, only a reason, and the others go on", async () => {
  const result = await run({ fault: "wrong-byte", runs: 3 });
  expect(new Set(result.launches.map(({ by }) => by))).toEqual(new Set(withYardstick()));
  expect(result.failures.map(({ by }) => by).toSorted()).toEqual(["blocking", "event-loop"]);
  for (const { reason } of result.failures) expect(reason).toMatch(/byte 99 of message/);
});

test("a size over the mechanism's limit is a failed row, not a shorter message", async () => {
  const { bench, url } = await fixture();
  const benches = [{ bench: { ...bench, maxMessageBytes: () => 50 }, url }];
  const result = await run({ benches, sizes: [50, 51] });
  expect(result.failures.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
    withYardstick("blocking", "event-loop")
      .map((by) => `${by} 51`)
      .toSorted(),
  );
  const reason = "one message of test may have 50 bytes here, and 51 were asked for";
  expect(result.failures.every((failure) => failure.reason === reason && failure.overLimit)).toBe(true);
  expect(result.launches.every(({ size }) => size === 50)).toBe(true);
});

test("an abort ends every process of the run, and what there is so far is a result", async () => {
  const abort = new AbortController();
  const result = await run({
    runs: 1000,
    signal: abort.signal,
    onProgress: ({ done }) => done === 2 && abort.abort("enough"),
  });
  expect(result).toMatchObject({ state: "interrupted", failures: [] });
  expect(result.launches).toHaveLength(2);
  expect(children()).toEqual([]);
});

test("an interrupted run goes on where it was, and comes to the plan that it began with", async () => {
  const abort = new AbortController();
  const plan = { messages: 5, placements: ["same-core", "unpinned"] as const };
  const group = withYardstick("blocking", "event-loop").length;
  const part = await run({
    ...plan,
    signal: abort.signal,
    onProgress: ({ done }) => done === group + 1 && abort.abort("enough"),
  });
  const resume = loadResult(JSON.stringify(part), "r.json");
  const whole = await run({ ...plan, resume });
  expect(whole.state).toBe("complete");
  expect(whole.sessions).toHaveLength(2);
  expect(whole.launches.map(({ order }) => order)).toEqual([...Array(2 * group).keys()]);
  // What stood is kept; the group that was cut in the middle ran again, side by side.
  expect(whole.launches.slice(0, group)).toEqual(part.launches.slice(0, group));
  expect(whole.launches[group]).not.toEqual(part.launches[group]);
});

test("placements after the first run at their sizes only", async () => {
  const placements = ["same-core", "unpinned"] as const;
  const { launches } = await run({
    placements,
    placementSizes: [100],
    sizes: [100, 200],
    modes: ["blocking"],
  });
  const rows = new Set(launches.map(({ size, placement }) => `${size} ${placement}`));
  expect([...rows].toSorted()).toEqual(["100 same-core", "100 unpinned", "200 same-core"]);
});

test("what is run briefly is run at those sizes and in the first placement only", async () => {
  const loaded = await fixture();
  const plan = { placements: ["same-core", "unpinned"] as const, placementSizes: [100], sizes: [100, 200] };
  const rows = (briefly: string[]) =>
    schedule({ ...plan, briefly, benches: [loaded], modes: ["blocking"], runs: 1, seed: 1 }, () => false)
      .map(({ size, placement }) => `${size} ${placement}`)
      .toSorted();
  expect(rows([])).toEqual(["100 same-core", "100 unpinned", "200 same-core"]);
  expect(rows([loaded.bench.mechanism])).toEqual(["100 same-core"]);
});

/** Bytes that this process's finished children, and theirs, have given to write(2). proc_pid_io(5) */
function bytesWritten(): number {
  return Number(readFileSync("/proc/self/io", "utf8").match(/^wchar: (\d+)/m)?.[1]);
}

test("ours and the yardstick move the same bytes for the same messages", async () => {
  const size = 65_536;
  const written = async (options: Partial<RunOptions>, messages: number) => {
    const before = bytesWritten();
    await run({ ...options, sizes: [size], messages });
    return bytesWritten() - before;
  };
  const perMessage = async (options: Partial<RunOptions>) =>
    ((await written(options, 300)) - (await written(options, 100))) / 200;
  const none = { compile: { compiler: "no-such-compiler" } };
  const node = await perMessage({ modes: ["blocking"], ...none });
  const withC = await perMessage({ modes: ["blocking"] });
  // Two measures of round trips, one of one-way messages: 2 + 2 + 1.
  expect(node / size).toBeCloseTo(5, 1);
  if (hasCompiler) expect((withC - node) / size).toBeCloseTo(5, 1);
});
