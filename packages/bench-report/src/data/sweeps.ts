import { compare, type Spread } from "@ipc-playground/bench-kit/run";
import { type Named, type NamedRow, usualRows } from "../named.ts";
import { byMode, groupBy, type Labelled, labelled, type OfMode } from "./by-mode.ts";

export interface SweepPoint {
  size: number;
  /** Microseconds of a round trip (p50), or megabytes a second: the median launch. */
  value: number;
  lowest: number;
  highest: number;
}

/** One mechanism's line over the sizes of messages, from the smallest. */
export interface Sweep extends Labelled {
  points: SweepPoint[];
}

const MICROS_PER_SECOND = 1e6;
const BYTES_PER_MEGABYTE = 1e6;

/** What became of a speed, by measure: `latency` in µs, `throughput` in MB/s. */
const VALUE = {
  latency: (perSecond: number) => MICROS_PER_SECOND / perSecond,
  throughput: (perSecond: number, size: number) => (perSecond * size) / BYTES_PER_MEGABYTE,
} as const;

/** Lines for each mode. A mode in which nothing was measured at two sizes is left out: that is no sweep. */
export function sweeps(files: readonly Named[], measure: keyof typeof VALUE): OfMode<Sweep>[] {
  const rows = usualRows(files).filter(({ size }) => size > 0);
  const modes = byMode(rows, (row) => {
    const compared = compare(row, measure);
    return compared && { ...labelled(row), point: pointOf(row, compared.ours, VALUE[measure]) };
  });
  return modes
    .map(({ mode, entries }) => ({
      mode,
      entries: [...groupBy(entries, ({ label }) => label).values()].flatMap(lineOf),
    }))
    .filter(({ entries }) => entries.some(({ points }) => points.length > 1));
}

function pointOf(
  { size }: NamedRow,
  { median, lowest, highest }: Spread,
  value: (perSecond: number, size: number) => number,
): SweepPoint {
  const ends = [value(lowest, size), value(highest, size)];
  return { size, value: value(median, size), lowest: Math.min(...ends), highest: Math.max(...ends) };
}

function lineOf(entries: (Labelled & { point: SweepPoint })[]): Sweep[] {
  const [first] = entries;
  if (first === undefined) return [];
  const { mechanism, file, label } = first;
  const points = entries.map(({ point }) => point).sort((x, y) => x.size - y.size);
  return [{ mechanism, file, label, points }];
}
