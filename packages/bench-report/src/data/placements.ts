import { compare, PLACEMENTS, type Placement } from "@ipc-playground/bench-kit/run";
import { type Named, type NamedRow, namedRows, rowsCompared } from "../named.ts";
import { byMode, groupBy, type Labelled, labelled, type OfMode } from "./by-mode.ts";

/** One mechanism's round trip by where its two processes ran. */
export interface Placed extends Labelled {
  size: number;
  /** µs: p50 of the median launch. */
  micros: Partial<Record<Placement, number>>;
}

/** For each mode, the rows that were measured in two placements at least; the fastest on its first one first. */
export function placements(files: readonly Named[]): OfMode<Placed>[] {
  const rows = rowsCompared(namedRows(files));
  const groups = groupBy(rows, ({ label, mode, size }) => `${label}/${mode}/${size}`);
  const modes = byMode(
    [...groups.values()].flatMap((group) => group[0] ?? []),
    (row): Placed | null => {
      const micros = microsOf(groups.get(`${row.label}/${row.mode}/${row.size}`) ?? []);
      return Object.keys(micros).length < 2 ? null : { ...labelled(row), size: row.size, micros };
    },
  );
  for (const { entries } of modes) entries.sort((x, y) => firstOf(x) - firstOf(y));
  return modes;
}

function microsOf(rows: readonly NamedRow[]): Placed["micros"] {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const latency = compare(row, "latency");
      return latency ? [[row.placement, 1e6 / latency.ours.median]] : [];
    }),
  );
}

function firstOf({ micros }: Placed): number {
  return PLACEMENTS.map((placement) => micros[placement]).find((value) => value !== undefined) ?? 0;
}
