import { MODES } from "@ipc-playground/bench-kit";
import { type BenchResult, numberText } from "@ipc-playground/bench-kit/run";
import type { PlainTable } from "./plain-table.ts";

/** What a message costs by construction, where a mechanism states it: nothing here was measured. */
export function workTable({ work }: BenchResult): PlainTable {
  const stated = Object.entries(work);
  const modes = MODES.filter((mode) => stated.some(([, { systemCalls }]) => systemCalls[mode] !== undefined));
  const count = (value: number | undefined) => {
    if (value === undefined) return "–";
    return Number.isInteger(value) ? String(value) : numberText(value);
  };
  return {
    title: "By construction: copies and system calls of one message one way, nobody having to wait",
    words: ["mechanism", "which"],
    numbers: ["copies", ...modes.map((mode) => `calls, ${mode}`)],
    rows: stated.map(([mechanism, { copies, systemCalls, says }]) => [
      mechanism,
      says,
      count(copies),
      ...modes.map((mode) => count(systemCalls[mode])),
    ]),
  };
}
