import { type BenchResult, type ReportOptions, report } from "@ipc-playground/bench-kit/run";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { bar, bytesText, numberText, sizeText } from "../src/run/format.ts";
import { encodeSamples } from "../src/run/histogram.ts";
import { driftOf } from "../src/run/notes.ts";
import { compare, rowsOf } from "../src/run/rows.ts";
import { tableLines } from "../src/run/table.ts";
import { failureOf, launchesOf, measured, resultOf } from "./fixtures/made-results.ts";

const plain = (width: number): ReportOptions => ({ width, bold: (text) => text, dim: (text) => text });

const sizes = [100, 65_536, 1_048_576];
const full = resultOf(
  sizes.flatMap((size) => [
    ...launchesOf("blocking", [900, 950, 920], size),
    ...launchesOf("event-loop", [170_000, 120_000, 169_000], size),
    ...launchesOf("c", [1000, 1100, 1050], size),
  ]),
);

describe("comparison with C", () => {
  const compared = (ours: number[], c: number[]) => {
    const [row] = rowsOf(resultOf([...launchesOf("blocking", ours), ...launchesOf("c", c)]));
    return row && compare(row, "rate");
  };

  test("ratios are taken block by block", () => {
    expect(compared([90, 45, 80], [100, 50, 100])?.ratio?.median).toBeCloseTo(0.9);
  });

  test("ranges that overlap are no difference, ranges that do not are one", () => {
    expect(compared([90, 105], [100, 110])?.noDifference).toBe(true);
    expect(compared([90, 99], [100, 110])?.noDifference).toBe(false);
  });

  test("a shorter latency is the better one", () => {
    const [row] = rowsOf(resultOf([...launchesOf("blocking", [500]), ...launchesOf("c", [1000])]));
    expect(row && compare(row, "latency")?.ratio?.median).toBeCloseTo(0.5, 2);
  });
});

describe.each([80, 100, 120])("a report %i columns wide", (width) => {
  test("has no line that is wider", () => {
    const failures = [failureOf({ by: "blocking", size: 7, reason: "long words ".repeat(20).trim() })];
    for (const result of [full, { ...full, failures }, { ...full, noYardstick: { pipe: "no C compiler" } }]) {
      for (const line of report(result, plain(width)).split("\n")) {
        expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  test("keeps the headline: our speed as a share of C's", () => {
    expect(report(full, plain(width))).toMatch(/of C/);
  });
});

test("at 40 columns the columns that matter stay", () => {
  const lines = report(full, plain(40)).split("\n");
  const rate = lines.slice(lines.findIndex((line) => line.startsWith("Rate")));
  expect(rate[2]?.split(/ {2,}/)).toEqual(["mode", "size", "per s", "of C"]);
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(40);
});

test("without C there is a dash, and the reason", () => {
  const noYardstick = { pipe: "no C compiler", fifo: "no C compiler", worker: "nothing like it" };
  const text = report({ ...resultOf(launchesOf("blocking", [900])), noYardstick }, plain(400));
  expect(text).toContain(
    "pipe, fifo have no C column: no C compiler. worker has no C column: nothing like it.",
  );
  expect(text).toMatch(/blocking +100 B +900 +0 % +– +–/);
});

test("a failed row is in its table, and its reason below", () => {
  const failure = failureOf({ by: "event-loop", size: 100, reason: "side B: said no" });
  const text = report(resultOf(launchesOf("blocking", [900]), [failure]), plain(80));
  expect(text).toMatch(/event-loop +100 B +failed/);
  expect(text).toContain("No number for pipe, event-loop, 100 B: side B: said no.");
});

test("rows of one mechanism that failed alike share a sentence", () => {
  const reason = "at most 8 B";
  const failures = [
    failureOf({ by: "blocking", size: 100, reason }),
    failureOf({ by: "c", size: 100, reason }),
    failureOf({ by: "blocking", size: 100, reason, mechanism: "fifo" }),
  ];
  const text = report(resultOf(launchesOf("spin", [900]), failures), plain(200));
  expect(text).toContain("No number for pipe, blocking, 100 B; C, 100 B: at most 8 B.");
  expect(text).toContain("No number for fifo, blocking, 100 B: at most 8 B.");
});

describe("an interrupted result", () => {
  const interrupted = (launches: BenchResult["launches"], failures: BenchResult["failures"] = []) =>
    report({ ...resultOf(launches, failures), state: "interrupted" }, plain(200));

  test("says how many launches of its plan it has", () => {
    const launches = [...launchesOf("blocking", [900, 900]), ...launchesOf("c", [900])];
    expect(interrupted(launches)).toContain("Interrupted: 3 of the plan's 6 launches are here.");
    const failed = [failureOf({ by: "c", size: 100, reason: "no" })];
    expect(interrupted(launches, failed)).toContain("Interrupted: 2 of the plan's 3 launches are here.");
  });

  test("does not know how many there are before each row had its turn", () => {
    const launches = [...launchesOf("blocking", [900]), ...launchesOf("c", [900])];
    expect(interrupted(launches)).toContain(
      "Interrupted in the first of 3 rounds, with 2 launches: rows are missing.",
    );
  });
});

describe("what a message costs by construction", () => {
  const says = "write(2) copies in, read(2) copies out";
  const pipe = { copies: 2, systemCalls: { blocking: 2, "event-loop": 3.5 }, says };

  test("is said in words for one mechanism", () => {
    const text = report({ ...resultOf(launchesOf("blocking", [9])), work: { pipe } }, plain(80));
    expect(text).toMatch(/^ +copies +blocking +event-loop\npipe +2 +2 +3\.50\nwrite\(2\) copies in/m);
  });

  test("is a table for several, without those that state nothing", () => {
    const launches = ["pipe", "shm", "zeromq"].flatMap((name) => launchesOf("blocking", [9], 100, name));
    const shm = { copies: 1, systemCalls: { spin: 0 }, says: "in place" };
    const text = report({ ...resultOf(launches), work: { pipe, shm } }, plain(80));
    expect(text).toMatch(/pipe +2 +2 +3\.50 +–\nshm +1 +– +– +0\n\n/);
    expect(text).not.toContain("copies in");
  });

  test("is not there where nobody states it", () => {
    expect(report(full, plain(80))).not.toContain("By construction");
  });
});

describe("the open loop", () => {
  const point = (offeredPerSecond: number, ns: number) => ({
    offeredPerSecond,
    messages: 100,
    ns,
    histogram: encodeSamples(Array(100).fill(50_000)),
  });
  /** 100 messages at 1000 a second take 100 ms on schedule. */
  const launches = launchesOf("blocking", [9, 9]).map((launch, i) => ({
    ...launch,
    load: [point(1000, 100e6), point(2000, i === 0 ? 50e6 : 200e6), point(5000, 400e6)],
  }));

  test("has a line for each load: offered, achieved, times, and whether it kept up", () => {
    const text = report(resultOf(launches), plain(80));
    const lines = text.slice(text.indexOf("pipe, blocking, 100 B, two-cores")).split("\n");
    expect(lines.slice(1, 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["1,000", "1,000", "50.0", "50.0", "yes"],
      ["2,000", "1,250", "50.0", "50.0", "1 of 2"],
      ["5,000", "250", "50.0", "50.0", "no"],
    ]);
  });

  test("is not there for rows without it", () => {
    expect(report(full, plain(80))).not.toContain("Open loop");
  });
});

test("launches far apart are called noisy", () => {
  expect(report(resultOf(launchesOf("blocking", [100, 200])), plain(80))).toContain("Noisy:");
  expect(report(resultOf(launchesOf("blocking", [100, 101])), plain(80))).not.toContain("Noisy:");
});

test("drift compares the end of a run with its beginning", () => {
  expect(driftOf([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toBe(1);
  expect(driftOf([10, 20, 30, 40, 50, 60, 70, 90, 110, 130])).toBe(2);
  expect(driftOf(undefined)).toBeNull();
});

test("a table gives up columns until it fits, the most dispensable first", () => {
  const columns = [
    { header: "name", align: "left" },
    { header: "middle", align: "right", dispensable: 1 },
    { header: "first to go", align: "right", dispensable: 2 },
  ] as const;
  const rows = [["a", "1", "2"]];
  expect(tableLines(columns, rows, 80)[0]).toBe("name  middle  first to go");
  expect(tableLines(columns, rows, 20)[0]).toBe("name  middle");
  expect(tableLines(columns, rows, 5)).toEqual(["name", "a"]);
});

test("a row without bytes says so", () => {
  expect([0, 1].map(sizeText)).toEqual(["no bytes", "1 B"]);
});

test("operations have a table of their own, and no row in those of messages", () => {
  const operations = (by: "blocking" | "c", rate: number) =>
    launchesOf(by, [rate], 0).map((launch) => ({
      ...launch,
      measured: { operations: { ...measured(rate), operators: "both" as const } },
    }));
  const text = report(resultOf([...operations("blocking", 900), ...operations("c", 1000)]), plain(200));
  expect(text).toMatch(/by +per s .*\n.*blocking +no bytes +both +900 .* 1,000 +90 %/);
  expect(text).not.toMatch(/Cost of one message|Rate:/);
});

test("a failed row is in the tables of its own measures only", () => {
  const failure = failureOf({ by: "blocking", size: 0, reason: "no", measures: ["operations"] });
  const text = report(resultOf([], [failure]), plain(80));
  expect(text.match(/failed/g)).toHaveLength(1);
});

test("each way to wait is compared with the yardstick that waits the same way", () => {
  const c = (waits: "spin" | "blocking", rate: number) =>
    launchesOf("c", [rate]).map((launch) => ({ ...launch, waits }));
  const ours = [...launchesOf("spin", [900]), ...launchesOf("blocking", [90])];
  const rows = rowsOf(resultOf([...ours, ...c("spin", 1000), ...c("blocking", 100)]));
  for (const row of rows) expect(compare(row, "rate")?.ratio?.median).toBeCloseTo(0.9);
});

test("numbers and bars read as they should", () => {
  expect([0, 100, 1024, 65_536, 1_048_576, 1025].map(bytesText)).toEqual([
    "0 B",
    "100 B",
    "1 KiB",
    "64 KiB",
    "1 MiB",
    "1025 B",
  ]);
  expect([0.0234, 1.234, 12.34, 1234.5].map(numberText)).toEqual(["0.023", "1.23", "12.3", "1,235"]);
  expect([0, 0.5, 1, 1.5].map((share) => bar(share, 4))).toEqual(["", "██", "████", "███▶"]);
});
