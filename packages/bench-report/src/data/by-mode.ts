import { MODES, type Mode } from "@ipc-playground/bench-kit";
import type { NamedRow } from "../named.ts";

/** What one picture shows: modes wait in different ways, and are never in one ranking. */
export interface OfMode<T> {
  mode: Mode;
  entries: T[];
}

/** Rows mode by mode, each turned into an entry; `null` leaves a row out. Modes without an entry are left out. */
export function byMode<T>(rows: readonly NamedRow[], entry: (row: NamedRow) => T | null): OfMode<T>[] {
  return MODES.map((mode) => ({
    mode,
    entries: rows
      .filter((row) => row.mode === mode)
      .map(entry)
      .filter((one) => one !== null),
  })).filter(({ entries }) => entries.length > 0);
}

/** A row's identity in a picture. */
export interface Labelled {
  mechanism: string;
  file: number;
  label: string;
}

export function labelled({ mechanism, file, label }: NamedRow): Labelled {
  return { mechanism, file, label };
}

/** Groups in the order in which their first members come. */
export function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
