import { realtimeRange, STANDARD_SIGNALS, signalName, signalNumber } from "@ipc-playground/signals";
import { expect, test } from "vitest";
import { codeOf } from "./fixtures/code-of.ts";

const { lowest, highest } = realtimeRange();

test("a signal has a number and a name, with and without SIG, large or small", () => {
  expect(["SIGUSR2", "USR2", "usr2", 12].map(signalNumber)).toEqual([12, 12, 12, 12]);
  expect([1, 9, 12, 31].map(signalName)).toEqual(["SIGHUP", "SIGKILL", "SIGUSR2", "SIGSYS"]);
});

test("realtime signals count from both ends of their range", () => {
  expect(["SIGRTMIN", "RTMIN+1", "SIGRTMAX-1", "RTMAX"].map(signalNumber)).toEqual([
    lowest,
    lowest + 1,
    highest - 1,
    highest,
  ]);
  expect(signalName(lowest + 1)).toBe("SIGRTMIN+1");
});

test("every number from 1 to 31, and every realtime number, is the number of its name", () => {
  const all = [...range(1, STANDARD_SIGNALS), ...range(lowest, highest)];
  expect(all.map((number) => signalNumber(signalName(number)))).toEqual(all);
});

test.each([0, -1, 32, 33, 65, 1.5, Number.NaN, "SIGNOTHING", "", "SIGRTMAX+1", "SIGRTMIN-1", "RTMIN+31"])(
  "there is no signal %s, and what there is instead is said",
  (signal) => {
    expect(codeOf(() => signalNumber(signal))).toBe("BAD_ARGUMENT");
    expect(() => signalNumber(signal)).toThrow(/there is no signal .*1 to 31.*`kill -l`/);
  },
);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
