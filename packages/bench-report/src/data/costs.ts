import type { Mode } from "@ipc-playground/bench-kit";
import { compare } from "@ipc-playground/bench-kit/run";
import { type Named, type NamedRow, rowsCompared, usualRows } from "../named.ts";
import { type Labelled, labelled } from "./by-mode.ts";

/** What a round trip takes in time, and on both processors together. */
export interface Cost extends Labelled {
  mode: Mode;
  size: number;
  latencyMicros: number;
  cpuMicros: number;
}

/** Rows that have both; a processor time too short to be seen by getrusage(2) is no point on a log scale. */
export function costs(files: readonly Named[]): Cost[] {
  return rowsCompared(usualRows(files)).flatMap((row) => {
    const latency = compare(row, "latency");
    const cpuMicros = cpuMicrosOf(row);
    if (latency === null || cpuMicros === 0) return [];
    return [
      {
        ...labelled(row),
        mode: row.mode,
        size: row.size,
        latencyMicros: 1e6 / latency.ours.median,
        cpuMicros,
      },
    ];
  });
}

/** Of one round trip, in µs, both processes together: from the runs that have no clock inside the loop. */
function cpuMicrosOf({ launches }: NamedRow): number {
  const runs = launches.flatMap(({ measured }) => measured.rate ?? []);
  const messages = runs.reduce((sum, run) => sum + run.messages, 0);
  const micros = runs.reduce((sum, { usage }) => sum + usage.a.cpuMicros + usage.b.cpuMicros, 0);
  return messages === 0 ? 0 : micros / messages;
}
