import { MEASURES, type Measure, type Mode } from "@ipc-playground/bench-kit";
import {
  type BenchResult,
  differencesOf,
  type Placement,
  pairedRatios,
  type Row,
  rowsOf,
  seededRandom,
  speedsOf,
} from "@ipc-playground/bench-kit/run";
import { bootstrapRatio, type Interval, medianOf } from "./bootstrap.ts";
import { type Machine, machineOf } from "./machine.ts";
import { directionOf, effectOf, LEVEL } from "./rule.ts";

/** One measure of one row. */
export interface Key {
  mechanism: string;
  mode: Mode;
  size: number;
  placement: Placement;
  measure: Measure;
}

export type Verdict = "faster" | "slower" | "no difference";

/** One measure of one row in both files. Ratios are new to old, of speeds: above 1 is faster. */
export interface Change extends Key {
  verdict: Verdict;
  /** What each launch's speed is divided by before it is compared. */
  against: "C" | "machine";
  ratio: number;
  interval: Interval;
  /** Of our speed alone, as it was measured. */
  speed: { old: number; new: number; ratio: number };
  launches: { old: number; new: number };
}

export interface Comparison {
  /** What of the machines differs, `Node: 20.1.0, 22.0.0`. */
  differences: string[];
  machine: Machine;
  changes: Change[];
  onlyOld: Key[];
  onlyNew: Key[];
}

/**
 * What changed from one result to another beyond the noise.
 *
 * A launch counts by its speed divided by that of the C program beside it, in the same block; where there
 * is none, by its speed alone. What the whole machine changed, by the middle of all figures of C, is taken
 * off our own speeds. A row is told as faster or slower only if
 *
 * 1. the medians of the two files are at least `leastEffect` apart: 5 %, or as far as 95 of 100 figures of
 *    C moved, whose programs nothing changed;
 * 2. the bootstrap interval of their ratio leaves out 1;
 * 3. the rank test gives at most 1 %: with five launches in each file, that no two of them overlap;
 * 4. where there is C, our own speed says the same by 1: it was not C alone that moved.
 *
 * The interval alone would cry wolf: it is too narrow for few launches, it cannot see what differs from one
 * sitting to the next, and a hundred rows at 95 % are five false alarms. What was measured stands in
 * docs/decisions/compare.md.
 */
export function compareResults(older: BenchResult, newer: BenchResult): Comparison {
  const machine = machineOf(older, newer);
  const before = new Map(measuredRows(older).map((one) => [nameOf(one.key), one]));
  const after = new Map(measuredRows(newer).map((one) => [nameOf(one.key), one]));
  const changes = [...after].flatMap(([name, { key, row }]) => {
    const old = before.get(name);
    return old === undefined ? [] : [changeOf(key, old.row, row, machine)];
  });
  const missing = (from: typeof before, there: typeof before) =>
    [...from].flatMap(([name, { key }]) => (there.has(name) ? [] : [key]));
  return {
    differences: differencesOf(older.machine, newer.machine),
    machine,
    changes: changes.sort(byRelevance),
    onlyOld: missing(before, after),
    onlyNew: missing(after, before),
  };
}

function measuredRows(result: BenchResult): { key: Key; row: Row }[] {
  return rowsOf(result).flatMap((row) => {
    const { mechanism, mode, size, placement } = row;
    return MEASURES.filter((measure) => !row.failed && speedsOf(row.launches, measure).length > 0).map(
      (measure) => ({ key: { mechanism, mode, size, placement, measure }, row }),
    );
  });
}

function nameOf({ mechanism, mode, size, placement, measure }: Key): string {
  return JSON.stringify([mechanism, mode, size, placement, measure]);
}

function changeOf(key: Key, older: Row, newer: Row, machine: Machine): Change {
  const { measure } = key;
  const [old, now] = [speedsOf(older.launches, measure), speedsOf(newer.launches, measure)];
  const values = (speeds: typeof old) => speeds.map(({ value }) => value);
  const own = { old: values(old), now: values(now).map((speed) => speed / machine.ratio) };
  const ofC = {
    old: pairedRatios(old, speedsOf(older.c, measure)),
    now: pairedRatios(now, speedsOf(newer.c, measure)),
  };
  const against = ofC.old.length > 0 && ofC.now.length > 0 ? "C" : "machine";
  const compared = against === "C" ? ofC : own;
  const interval = bootstrapRatio(compared.old, compared.now, LEVEL, seededRandom(seedOf(nameOf(key))));
  const direction = directionOf(compared.old, compared.now, machine.leastEffect);
  const excludes1 = interval[0] > 1 || interval[1] < 1;
  const ownSays = effectOf(own.old, own.now, machine.leastEffect);
  const told = direction !== 0 && excludes1 && ownSays === direction;
  const [before, after] = [medianOf(values(old)), medianOf(values(now))];
  return {
    ...key,
    verdict: !told ? "no difference" : direction > 0 ? "faster" : "slower",
    against,
    ratio: medianOf(compared.now) / medianOf(compared.old),
    interval,
    speed: { old: before, new: after, ratio: after / before },
    launches: { old: compared.old.length, new: compared.now.length },
  };
}

/** The same row draws the same numbers, whatever rows are beside it. FNV-1a. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Changes first, the greatest of them foremost. */
function byRelevance(x: Change, y: Change): number {
  const told = ({ verdict }: Change) => (verdict === "no difference" ? 0 : 1);
  const size = ({ ratio }: Change) => Math.abs(Math.log(ratio));
  return told(y) - told(x) || size(y) - size(x);
}
