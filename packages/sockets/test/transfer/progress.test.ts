import { PassThrough } from "node:stream";
import { formatBytes, ProgressDisplay, progressLine } from "@ipc-playground/sockets";
import { expect, test } from "vitest";

test("bytes in the unit that suits them", () => {
  expect([0, 1, 1_023, 1_024, 1_536, 104_857_600, 2 ** 40, 2 ** 53].map(formatBytes)).toEqual([
    "0 B",
    "1 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "100 MiB",
    "1.0 TiB",
    "8192 TiB",
  ]);
});

const HALF = { bytes: 5_242_880, total: 10_485_760, bytesPerSecond: 1_048_576, secondsLeft: 65 };

test("a line has name, bar, share, size, pace and time left", () => {
  expect(progressLine("a.txt", HALF, 100)).toBe(
    `a.txt  ${"█".repeat(15)}${"░".repeat(15)}   50 %  5.0 MiB of 10.0 MiB  1.0 MiB/s  1 min 5 s left`,
  );
});

test.each([20, 40, 60, 80, 120])("a line keeps to %i columns, whatever the name", (columns) => {
  for (const name of ["a", "x".repeat(200)])
    expect(progressLine(name, HALF, columns).length).toBeLessThanOrEqual(columns);
});

test("an empty file is whole, and nobody knows the pace at the start", () => {
  expect(progressLine("e", { bytes: 0, total: 0, bytesPerSecond: 0, secondsLeft: null }, 40)).toMatch(
    /100 % {2}0 B of 0 B$/,
  );
});

test("without a terminal there is a line now and then, and one at the end", () => {
  const out = new PassThrough({ encoding: "utf8" });
  const display = new ProgressDisplay("a.txt", 1_000, out as never);
  for (let bytes = 0; bytes <= 1_000; bytes++) display.update(bytes);
  display.update(1_000);
  const text: string = out.read();
  expect(text.trim().split("\n").length).toBeLessThan(12);
  expect(text).toContain("100 %  1000 B of 1000 B");
  expect(text).not.toContain("\r");
});
