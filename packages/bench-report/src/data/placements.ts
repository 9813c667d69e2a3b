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
  const groups = [...groupBy(namedRows(files), keyOf).values()].filter((group) => group.length > 1);
  const micros = new Map(groups.flatMap((group) => (group[0] ? [[group[0], microsOf(group)]] : [])));
  const modes = byMode(rowsCompared([...micros.keys()]), (row): Placed | null => {
    const placed = micros.get(row) ?? {};
    return Object.keys(placed).length < 2 ? null : { ...labelled(row), size: row.size, micros: placed };
  });
  for (const { entries } of modes) entries.sort((x, y) => firstOf(x) - firstOf(y));
  return modes;
}

function keyOf({ label, mode, size }: NamedRow): string {
  return `${label}/${mode}/${size}`;
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
