import { type Measure, MODES, OPERATORS } from "../bench.ts";
import { sizeText } from "./format.ts";
import type { BenchResult } from "./result.ts";
import { type Compared, compare, medianNs, type Row } from "./rows.ts";
import { overlap, type Spread } from "./statistics.ts";

/** Rows that may be ranked: one mode, one size, one placement. */
export interface Ranking {
  title: string;
  /** The fastest first; failed ones at the end. */
  entries: Entry[];
  /** First and last index of neighbours of which no two differ. Groups may share entries. */
  groups: [first: number, last: number][];
}

export interface Entry {
  row: Row;
  /** One round trip or one operation; `null`: it failed. */
  ns: number | null;
  compared: Compared | null;
}

/**
 * A list for each mode at the size that most rows have, in the first placement; then what has no
 * bytes, which is other work and no rival of those.
 */
export function rankingsOf({ plan }: BenchResult, all: Row[]): Ranking[] {
  const rows = all.filter(({ placement }) => placement === plan.placements[0]);
  const size = commonSize(rows, plan.sizes);
  const trips = (title: string, size: number) =>
    MODES.map((mode) => ({
      title: `${title}, ${mode}`,
      ...ranked(
        rows.filter((row) => row.size === size && row.mode === mode),
        "latency",
      ),
    }));
  const operations = OPERATORS.flatMap((operators) =>
    MODES.map((mode) => ({
      title: `One operation, ${operators === "alone" ? "one side alone" : "both sides at once"}, ${mode}`,
      ...ranked(
        rows.filter((row) => row.mode === mode && operatorsOf(row) === operators),
        "operations",
      ),
    })),
  );
  return [
    ...(size === undefined ? [] : trips(`Round trip of ${sizeText(size)}`, size)),
    ...trips("Round trip of a notification, no bytes", 0),
    ...operations,
  ].filter(({ entries }) => entries.length > 0);
}

/** What people mean by a small message, and what a quick run has. */
const USUAL_SIZE = 100;

/** The size that the most rows have a round trip for; of several such sizes the usual one, or the first. */
function commonSize(rows: Row[], sizes: readonly number[]): number | undefined {
  const count = (size: number) =>
    rows.filter((row) => row.size === size && compare(row, "latency") !== null).length;
  const most = Math.max(0, ...sizes.map(count));
  const common = most === 0 ? [] : sizes.filter((size) => count(size) === most);
  return common.includes(USUAL_SIZE) ? USUAL_SIZE : common[0];
}

function operatorsOf({ launches, failed }: Row): string | undefined {
  const measured = launches.flatMap(({ measured }) => measured.operations?.operators ?? []);
  return measured[0] ?? (failed?.measures.includes("operations") ? "alone" : undefined);
}

function ranked(rows: Row[], measure: Measure): Omit<Ranking, "title"> {
  const entries = rows
    .flatMap((row): Entry[] => {
      if (row.failed) return row.failed.measures.includes(measure) ? [{ row, ns: null, compared: null }] : [];
      const compared = compare(row, measure);
      return compared ? [{ row, ns: medianNs(row, measure), compared }] : [];
    })
    .toSorted((x, y) => (x.ns ?? Infinity) - (y.ns ?? Infinity));
  return { entries, groups: groupsOf(entries) };
}

/**
 * The longest runs of neighbours that all overlap with each other. "No difference" is not passed on:
 * where x is like y and y like z, x and z may differ, and then y is in two groups.
 */
function groupsOf(entries: readonly Entry[]): Ranking["groups"] {
  const ranges = entries.flatMap(({ compared }) => compared?.ours ?? []);
  const groups: Ranking["groups"] = [];
  for (const [first, range] of ranges.entries()) {
    let last = first;
    const fits = (next: Spread) => ranges.slice(first, last + 1).every((one) => overlap(one, next));
    for (let next = ranges[last + 1]; next && fits(next); next = ranges[last + 1]) last++;
    if (range && last > first && last > (groups.at(-1)?.[1] ?? -1)) groups.push([first, last]);
  }
  return groups;
}
