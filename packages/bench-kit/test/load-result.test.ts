import { loadResult, RESULT_VERSION, report } from "@ipc-playground/bench-kit/run";
import { expect, test } from "vitest";

const usage = { cpuMicros: 10, voluntarySwitches: 1, involuntarySwitches: 0 };

/** As version 2 saved it. */
function old(version: 1 | 2) {
  const failure = { mechanism: "fifo", by: "blocking", size: 100, reason: "no such file" };
  return {
    format: "ipc-playground bench",
    version,
    startedAt: "2024-01-01T00:00:00.000Z",
    seconds: 9,
    commandLine: ["pnpm", "bench", "pipe"],
    machine: {
      cpu: "A processor",
      cores: 2,
      kernel: "6.1.0",
      virtual: null,
      governor: null,
      clocksource: "tsc",
      node: "20.19.0",
      v8: "11",
      arch: "x64",
      commit: null,
    },
    packages: {},
    plan: { seed: 1, runs: 1, warmMs: 1, timedMs: 1, placement: "same-core", sizes: [100] },
    controls: [],
    noYardstick: {},
    launches: [
      {
        mechanism: "pipe",
        by: "blocking",
        size: 100,
        block: 0,
        order: 0,
        cpus: { a: [0], b: [0] },
        measured: { rate: { messages: 10, ns: 1000, usage: { a: usage, b: usage } } },
      },
    ],
    failures: [version === 1 ? failure : { ...failure, measures: ["rate"] }],
  };
}

const load = (saved: unknown) => loadResult(JSON.stringify(saved), "r.json");

test.each([1, 2] as const)("version %i is read, and reported", (version) => {
  const result = load(old(version));
  expect(result).toMatchObject({
    version: RESULT_VERSION,
    state: "complete",
    sessions: [{ seconds: 9, commandLine: ["pnpm", "bench", "pipe"] }],
    plan: { placements: ["same-core"], mechanisms: ["pipe", "fifo"] },
  });
  expect(result.launches[0]?.placement).toBe("same-core");
  expect(result.failures[0]?.measures).toEqual(version === 1 ? ["latency", "rate", "throughput"] : ["rate"]);
  const text = report(result, { width: 80, bold: (text) => text, dim: (text) => text });
  expect(text).toMatch(/fifo +blocking +100 B +failed/);
});

test.each([
  [
    "a newer version",
    JSON.stringify({ ...old(2), version: RESULT_VERSION + 1 }),
    /version 4.*versions 1 to 3/,
  ],
  ["one that is cut short", JSON.stringify(old(2)).slice(0, -20), /no complete JSON/],
  ["an empty file", "", /no complete JSON/],
  ["another kind of JSON", '{"name":"x"}', /no benchmark result/],
  ["a list", "[]", /no benchmark result/],
  ["one without launches", JSON.stringify({ ...old(2), launches: undefined }), /damaged/],
  [
    "a launch of an unknown mode",
    JSON.stringify(old(2)).replace('"blocking"', '"dozing"'),
    /damaged.*launches/,
  ],
])("%s is refused, and the file is named", (_, text, words) => {
  const refused = expect.objectContaining({ code: "BAD_RESULT", fact: expect.stringMatching(words) });
  expect(() => loadResult(text, "r.json")).toThrow(refused);
  expect(() => loadResult(text, "r.json")).toThrow(/r\.json/);
});
