import { numberText, sizeText } from "@ipc-playground/bench-kit/run";
import { keptUpText } from "../charts/load-curve.ts";
import { loadLines } from "../data/loads.ts";
import type { Named } from "../named.ts";
import type { PlainTable } from "./plain-table.ts";

/** The figures behind the picture of latency under load. */
export function loadTable(file: Named): PlainTable {
  const rows = loadLines([file]).flatMap(({ mode, entries }) =>
    entries.flatMap(({ mechanism, size, steps }) =>
      steps.map((step) => [
        mechanism,
        mode,
        sizeText(size),
        keptUpText(step),
        numberText(step.offeredPerSecond),
        numberText(step.arrivedPerSecond),
        numberText(step.p50Micros),
        numberText(step.p99Micros),
      ]),
    ),
  );
  return {
    title: "Open loop: messages one way on a schedule, from when each was due to its arrival, in µs",
    words: ["mechanism", "mode", "size", "kept up"],
    numbers: ["offered/s", "arrived/s", "p50", "p99"],
    rows,
  };
}
