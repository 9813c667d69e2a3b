import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchResult, seededRandom } from "@ipc-playground/bench-kit/run";
import stringWidth from "string-width";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootstrapRatio } from "../src/bench/compare/bootstrap.ts";
import { compareResults } from "../src/bench/compare/comparison.ts";
import { rankTest } from "../src/bench/compare/rank-test.ts";
import { comparisonText } from "../src/bench/compare/text.ts";
import { rates, resultOf } from "./fixtures/made-results.ts";

const SLOW = [100, 101, 99, 102, 98];
const times = (factor: number, speeds = SLOW) => speeds.map((speed) => speed * factor);

/** Of a file that has these speeds of ours, and of C. */
const file = (ours: readonly number[], c?: readonly number[], more: Partial<BenchResult> = {}) =>
  resultOf([...rates(ours), ...(c ? rates(c, { by: "c" }) : [])], more);
const verdicts = (older: BenchResult, newer: BenchResult) =>
  compareResults(older, newer).changes.map(({ verdict }) => verdict);

describe("the rank test", () => {
  test("five and five that do not overlap: 2 of 252 orders", () => {
    expect(rankTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 10);
    expect(rankTest([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBeCloseTo(2 / 252, 10);
  });

  test("one that overlaps is no longer below 1 %", () => {
    expect(rankTest([1, 2, 3, 4, 6], [5, 7, 8, 9, 10])).toBeCloseTo(4 / 252, 10);
  });

  test("all alike, and nothing at all, are certain to come by chance", () => {
    expect(rankTest([1, 1, 1], [1, 1, 1])).toBe(1);
    expect(rankTest([], [1])).toBe(1);
  });

  test("many values: the approximation goes on where counting ends", () => {
    const counted = Array.from({ length: 20 }, (_, i) => i);
    const more = Array.from({ length: 21 }, (_, i) => i);
    const [exact, near] = [counted, more].map((x) =>
      rankTest(
        x,
        counted.map((value) => value + 4.5),
      ),
    );
    expect(exact).toBeLessThan(0.05);
    expect(near).toBeGreaterThan((exact ?? 0) / 3);
    expect(near).toBeLessThan((exact ?? 0) * 3);
  });
});

describe("the bootstrap interval", () => {
  test("holds the ratio, lies within the extremes, and is the same for the same seed", () => {
    const interval = () => bootstrapRatio(SLOW, times(1.5), 0.95, seededRandom(1));
    const [low, high] = interval();
    expect(interval()).toEqual([low, high]);
    expect(low).toBeGreaterThanOrEqual((98 * 1.5) / 102);
    expect(low).toBeLessThan(1.5);
    expect(high).toBeGreaterThan(1.5);
    expect(high).toBeLessThanOrEqual((102 * 1.5) / 98);
  });
});

describe("what is told as a change", () => {
  test("half as fast again, with no launch that overlaps", () => {
    expect(verdicts(file(SLOW), file(times(1.5)))).toEqual(["faster"]);
    expect(verdicts(file(times(1.5)), file(SLOW))).toEqual(["slower"]);
  });

  test("not what is too small to matter, however sure", () => {
    expect(verdicts(file(SLOW), file(times(1.045)))).toEqual(["no difference"]);
  });

  test("not where one launch overlaps", () => {
    expect(verdicts(file(SLOW), file([150, 151, 149, 152, 101]))).toEqual(["no difference"]);
  });

  test("not from four launches, which chance sets apart in 1 of 35 cases", () => {
    expect(verdicts(file(SLOW.slice(1)), file(times(2).slice(1)))).toEqual(["no difference"]);
  });

  test("not where the whole machine was faster, C as well", () => {
    expect(verdicts(file(SLOW, times(2)), file(times(1.5), times(3)))).toEqual(["no difference"]);
  });

  test("not where C alone was slower", () => {
    expect(verdicts(file(SLOW, times(2)), file(SLOW, SLOW))).toEqual(["no difference"]);
  });

  test("but where ours was faster, and C was not", () => {
    expect(verdicts(file(SLOW, times(2)), file(times(1.5), times(2)))).toEqual(["faster"]);
  });

  test("only what moved further than C's figures did, which nothing changed", () => {
    const programs = (factors: number[]) =>
      factors.flatMap((factor, i) => rates(times(factor), { by: "c", mechanism: `c${i}` }));
    const older = resultOf([...rates(SLOW), ...programs([1, 1, 1])]);
    const newer = (ours: number) => resultOf([...rates(times(ours)), ...programs([0.7, 1, 1.4])]);
    expect(verdicts(older, newer(1.3))).toEqual(["no difference"]);
    expect(verdicts(older, newer(1.6))).toEqual(["faster"]);
  });

  test("without C, the machine's pace is taken off", () => {
    const pace = (ns: number) => ({ pace: [{ order: 0, ns }] });
    const [older, newer] = [file(SLOW, undefined, pace(3e6)), file(times(1.5), undefined, pace(2e6))];
    expect(compareResults(older, newer).machine).toMatchObject({ ratio: 1.5, by: "pace" });
    expect(verdicts(older, newer)).toEqual(["no difference"]);
  });
});

test("nothing changed, and much noise: fewer than one row in twenty is a false alarm", () => {
  const random = seededRandom(7);
  const speeds = () => SLOW.map(() => (random() < 0.4 ? 50 : 100) * (0.9 + 0.2 * random()));
  const rows = () =>
    resultOf(
      Array.from({ length: 100 }, (_, i) => [
        ...rates(speeds(), { mechanism: `m${i}` }),
        ...rates(speeds(), { mechanism: `m${i}`, by: "c" }),
      ]).flat(),
    );
  const alarms = verdicts(rows(), rows()).filter((verdict) => verdict !== "no difference");
  expect(alarms.length).toBeLessThan(5);
});

describe("the text", () => {
  const text = (older: BenchResult, newer: BenchResult, width = 80) => {
    const options = { width, bold: (text: string) => text, dim: (text: string) => text };
    const pair = { older: { name: "a.json", result: older }, newer: { name: "b.json", result: newer } };
    return comparisonText(compareResults(older, newer), pair, options);
  };
  const two = (factor: number) =>
    resultOf([
      ...rates(SLOW),
      ...rates(times(factor), { mechanism: "unix-datagram", by: "event-loop", size: 65_536 }),
    ]);

  test("changes come first, and one line counts", () => {
    const lines = text(two(1), two(2)).split("\n");
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(at("Faster")).toBeLessThan(at("unix-datagram"));
    expect(at("unix-datagram")).toBeLessThan(at("No difference"));
    expect(at("No difference")).toBeLessThan(at("pipe"));
    expect(lines.at(-1)).toBe("1 faster, 0 slower, 1 no difference.");
  });

  test.each([80, 120])("fits into %i columns", (width) => {
    for (const line of text(two(1), two(2), width).split("\n")) {
      expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test("warns of another machine and of another plan", () => {
    const { machine, plan } = two(1);
    const other = { ...two(1), machine: { ...machine, node: "22.0.0" }, plan: { ...plan, timedMs: 500 } };
    expect(text(two(1), other)).toMatch(/Careful: not the same machine or version \(Node: 20.19.0, 22.0.0\)/);
    expect(text(two(1), other)).toContain("Careful: not measured in the same way (ms timed: 80, 500).");
    expect(text(two(1), two(1))).not.toContain("Careful");
  });

  test("lists what only one file has, and why the other has none", () => {
    const older = resultOf([
      ...rates(SLOW),
      ...rates(SLOW, { size: 7 }),
      ...rates(SLOW, { mechanism: "udp" }),
    ]);
    const newer = resultOf(rates(SLOW), {
      failures: [
        {
          mechanism: "udp",
          by: "blocking",
          size: 100,
          placement: "two-cores",
          reason: "no",
          measures: ["rate"],
        },
      ],
    });
    expect(text(older, newer, 200)).toContain(
      "Only in a.json, with nothing to compare in b.json: pipe blocking 7 B; udp blocking 100 B (failed there: no).",
    );
    expect(text(newer, older, 200)).toContain("Only in b.json, with nothing to compare in a.json");
  });

  test("says that few launches tell nothing", () => {
    expect(text(file([1, 2]), file([3, 4]))).toContain("All rows have too few launches to tell any change");
  });
});

describe("pnpm bench compare", () => {
  const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  const compare = (...args: string[]) => {
    const { INIT_CWD: _, ...env } = process.env;
    return spawnSync(process.execPath, [main, "bench", "compare", ...args], { encoding: "utf8", env });
  };

  test("gives the same text twice, JSON on demand, and status 1 for nothing in common", () => {
    const folder = mkdtempSync(join(tmpdir(), "ipc-playground-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [one, two, other] = [file(SLOW), file(times(1.5)), resultOf(rates(SLOW, { size: 7 }))].map(
      (result, i) => {
        const path = join(folder, `${i}.json`);
        writeFileSync(path, JSON.stringify(result));
        return path;
      },
    ) as [string, string, string];
    const first = compare(one, two);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(compare(one, two).stdout).toBe(first.stdout);
    expect(JSON.parse(compare(one, two, "--json").stdout).changes[0]).toMatchObject({ verdict: "faster" });
    expect(compare(one, other)).toMatchObject({ status: 1, stdout: "" });
    expect(compare(one).status).toBe(2);
  });
});
