import { type BenchResult, type ReportOptions, report } from "@ipc-playground/bench-kit/run";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { bracketsOf } from "../src/run/brackets.ts";
import { logBar } from "../src/run/format.ts";
import { rankingsOf } from "../src/run/rankings.ts";
import { rowsOf } from "../src/run/rows.ts";
import { failureOf, launchesOf, measured, resultOf } from "./fixtures/made-results.ts";

type Launches = BenchResult["launches"];

const plain = (width: number): ReportOptions => ({ width, bold: (text) => text, dim: (text) => text });

const rankings = (launches: Launches, failures: BenchResult["failures"] = []) => {
  const result = resultOf(launches, failures);
  return rankingsOf(result, rowsOf(result));
};

const orders = (launches: Launches, failures: BenchResult["failures"] = []) =>
  rankings(launches, failures).map(({ title, entries }) => [
    title,
    ...entries.map(({ row }) => row.mechanism),
  ]);

/** What only notifies, and what only operates. */
const notifying = (mechanism: string, rate: number) => launchesOf("blocking", [rate], 0, mechanism);
const operating = (mechanism: string, rate: number, operators: "alone" | "both") =>
  launchesOf("blocking", [rate], 0, mechanism).map((launch) => ({
    ...launch,
    measured: { operations: { ...measured(rate), operators } },
  }));

describe("what is ranked", () => {
  test("the fastest comes first, each mode by itself", () => {
    const launches = [
      ...launchesOf("blocking", [100], 100, "slow"),
      ...launchesOf("blocking", [900], 100, "fast"),
      ...launchesOf("spin", [5000], 100, "shm"),
    ];
    expect(orders(launches)).toEqual([
      ["Round trip of 100 B, blocking", "fast", "slow"],
      ["Round trip of 100 B, spin", "shm"],
    ]);
  });

  test("what has no bytes stands apart from what has", () => {
    const launches = [
      ...launchesOf("blocking", [100]),
      ...notifying("futex", 900),
      ...operating("futex-lock", 9000, "both"),
      ...operating("futex-alone", 9000, "alone"),
    ];
    expect(orders(launches)).toEqual([
      ["Round trip of 100 B, blocking", "pipe"],
      ["Round trip of a notification, no bytes, blocking", "futex"],
      ["One operation, one side alone, blocking", "futex-alone"],
      ["One operation, both sides at once, blocking", "futex-lock"],
    ]);
  });

  test("a failed row comes last", () => {
    const launches = [...launchesOf("blocking", [100], 100, "x"), ...launchesOf("blocking", [90], 100, "y")];
    expect(orders(launches, [failureOf({ by: "blocking", size: 100, reason: "no" })])).toEqual([
      ["Round trip of 100 B, blocking", "x", "y", "pipe"],
    ]);
  });

  test("the size is the one that most rows have, and of several the usual one", () => {
    const launches = [...launchesOf("blocking", [9], 64), ...launchesOf("blocking", [9], 100, "x")];
    const more = [...launches, ...launchesOf("blocking", [9], 64, "x")];
    const titles = (launches: Launches) => {
      const result = resultOf(launches);
      return rankingsOf({ ...result, plan: { ...result.plan, sizes: [64, 100] } }, rowsOf(result)).map(
        ({ title }) => title,
      );
    };
    expect(titles(launches)).toEqual(["Round trip of 100 B, blocking"]);
    expect(titles(more)).toEqual(["Round trip of 64 B, blocking"]);
  });

  test("another placement than the first is left to the tables", () => {
    const elsewhere = launchesOf("blocking", [9000], 100, "x").map((launch) => ({
      ...launch,
      placement: "same-core" as const,
    }));
    expect(orders([...launchesOf("blocking", [100]), ...elsewhere])).toEqual([
      ["Round trip of 100 B, blocking", "pipe"],
    ]);
  });
});

describe("no difference", () => {
  const groups = (...rates: number[][]) =>
    rankings(rates.flatMap((of, i) => launchesOf("blocking", of, 100, `m${i}`)))[0]?.groups;

  test("neighbours whose ranges overlap are one group, others are in none", () => {
    expect(groups([100, 110], [90, 105], [50, 60])).toEqual([[0, 1]]);
    expect(groups([100, 110], [80, 90], [50, 60])).toEqual([]);
    expect(groups([100], [50, 60], [40, 55])).toEqual([[1, 2]]);
  });

  test("where the first and the third differ, the second is in a group with each", () => {
    expect(groups([100, 120], [90, 110], [80, 95])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test("a group within another is not told again", () => {
    expect(groups([100, 120], [90, 110], [85, 105], [10, 20])).toEqual([[0, 2]]);
  });
});

test("brackets that share an entry stand beside each other", () => {
  const shared: [number, number][] = [
    [0, 1],
    [1, 3],
  ];
  expect(bracketsOf([{ entries: [1, 2, 3, 4, 5], groups: shared }])).toEqual(["┌ ", "└┌", " │", " └", "  "]);
  const apart: [number, number][] = [
    [0, 1],
    [2, 3],
  ];
  expect(bracketsOf([{ entries: [1, 2, 3, 4], groups: apart }])).toEqual(["┌", "└", "┌", "└"]);
  expect(bracketsOf([{ entries: [1], groups: [] }])).toEqual([" "]);
});

test("ten times as long is always as much more of a bar", () => {
  const scale = { from: 1, to: 1000 };
  expect([1, 10, 100, 1000].map((value) => logBar(value, scale, 3))).toEqual(["", "█", "██", "███"]);
});

describe("the summary", () => {
  const launches = [
    ...launchesOf("blocking", [170_000, 120_000], 100, "shm-slot"),
    ...launchesOf("blocking", [9000, 9500], 100, "unix-datagram"),
    ...launchesOf("c", [10_000, 11_000], 100, "unix-datagram"),
    ...operating("posix-sem-alone", 9_000_000, "alone"),
  ];
  const result = resultOf(launches, [failureOf({ by: "blocking", size: 100, reason: "no" })]);
  const lines = (width: number) => {
    const all = report(result, plain(width)).split("\n");
    const first = all.findIndex((line) => line.startsWith("At a glance"));
    return all.slice(first, all.indexOf("", first));
  };

  test.each([40, 80, 120])("fits into %i columns, with a bar in every row that has a number", (width) => {
    for (const line of lines(width)) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    const bars = lines(width).filter((line) => /[█▏▎▍▌▋▊▉]/.test(line));
    expect(bars).toHaveLength(3);
  });

  test("says once which way is faster and what the bars are", () => {
    const text = lines(80).join(" ");
    expect(text.match(/Shorter is faster/g)).toHaveLength(1);
    expect(text.match(/logarithmic/g)).toHaveLength(1);
  });

  test("does not take the differences of single launches for real", () => {
    const single = report({ ...result, plan: { ...result.plan, runs: 1 } }, plain(200));
    expect(single).toContain("nothing says which differences are real");
    expect(lines(200).join()).toContain("What a bracket joins is no difference");
  });

  test("gives name, median and share of C", () => {
    expect(lines(80).join("\n")).toMatch(/ unix-datagram +105 +█+.? +88 %\n +pipe +failed\n/);
  });

  test("is not there for one mechanism alone", () => {
    expect(report(resultOf(launchesOf("blocking", [1])), plain(80))).not.toContain("At a glance");
  });
});

test("the placement is a column where there are several", () => {
  const elsewhere = launchesOf("blocking", [9000]).map((launch) => ({
    ...launch,
    placement: "same-core" as const,
  }));
  const one = report(resultOf(launchesOf("blocking", [100])), plain(80));
  const two = report(resultOf([...launchesOf("blocking", [100]), ...elsewhere]), plain(80));
  expect(one).not.toMatch(/^placement +mode/m);
  expect(two).toMatch(/^placement +mode/m);
  expect(two).toMatch(/^same-core +blocking +100 B/m);
});
