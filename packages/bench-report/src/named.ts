import { type BenchResult, type Row, rowsOf } from "@ipc-playground/bench-kit/run";

/** A saved result, and what the pictures call it: its file's name. */
export interface Named {
  readonly name: string;
  readonly result: BenchResult;
}

/** One row of a result, with what a legend calls it. */
export interface NamedRow extends Row {
  /** Which of the results it is from, counted from 0. */
  file: number;
  /** `pipe`; with several results, `pipe · old.json`. */
  label: string;
}

/** What a picture compares sizes at, where that size was measured. */
const USUAL_BYTES = 100;

/** All rows of all results that have a number. */
export function namedRows(files: readonly Named[]): NamedRow[] {
  return files.flatMap(({ name, result }, file) =>
    rowsOf(result)
      .filter(({ launches }) => launches.length > 0)
      .map((row) => ({
        ...row,
        file,
        label: files.length > 1 ? `${row.mechanism} · ${name}` : row.mechanism,
      })),
  );
}

/** The rows of each result's first placement, which is the one that everything was measured in. */
export function usualRows(files: readonly Named[]): NamedRow[] {
  return namedRows(files).filter(
    ({ file, placement }) => placement === files[file]?.result.plan.placements[0],
  );
}

/** The size at which mechanisms are compared: 100 B, or else the smallest that was measured. */
export function comparedSize(rows: readonly NamedRow[]): number {
  const sizes = rows.map(({ size }) => size).filter((size) => size > 0);
  if (sizes.length === 0) return 0;
  return sizes.includes(USUAL_BYTES) ? USUAL_BYTES : Math.min(...sizes);
}

/** Rows of the compared size, and those of mechanisms whose messages have no bytes. */
export function rowsCompared(rows: readonly NamedRow[]): NamedRow[] {
  const size = comparedSize(rows);
  return rows.filter((row) => row.size === size || row.size === 0);
}
