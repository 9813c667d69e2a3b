import { fellBehind, type LoadPoint, mergeHistograms, spread } from "@ipc-playground/bench-kit/run";
import { type Named, type NamedRow, usualRows } from "../named.ts";
import { byMode, groupBy, type Labelled, labelled, type OfMode } from "./by-mode.ts";

export interface LoadStep {
  offeredPerSecond: number;
  /** What arrived, in the median launch. */
  arrivedPerSecond: number;
  launches: number;
  /** In how many of the launches the receiver did. */
  keptUp: number;
  p50Micros: number;
  p99Micros: number;
}

/** How long messages take when they are sent on a schedule, from a light load to a heavy one. */
export interface LoadLine extends Labelled {
  size: number;
  steps: LoadStep[];
}

const NS_PER_MICRO = 1000;
const NS_PER_SECOND = 1e9;

export function loadLines(files: readonly Named[]): OfMode<LoadLine>[] {
  return byMode(usualRows(files), (row) => {
    const steps = stepsOf(row);
    return steps.length === 0 ? null : { ...labelled(row), size: row.size, steps };
  });
}

/** The points of all launches at each load, from light to heavy: not every launch climbed as far. */
function stepsOf({ launches }: NamedRow): LoadStep[] {
  const points = launches.flatMap(({ load }) => load ?? []);
  const byRate = groupBy(points, ({ offeredPerSecond }) => String(Math.round(offeredPerSecond)));
  return [...byRate.values()].map(stepOf).sort((x, y) => x.offeredPerSecond - y.offeredPerSecond);
}

function stepOf(points: LoadPoint[]): LoadStep {
  const histogram = mergeHistograms(points.map(({ histogram }) => histogram));
  const arrived = spread(points.map(({ messages, ns }) => (messages / ns) * NS_PER_SECOND));
  return {
    offeredPerSecond: points[0]?.offeredPerSecond ?? 0,
    arrivedPerSecond: arrived?.median ?? 0,
    launches: points.length,
    keptUp: points.filter((point) => !fellBehind(point)).length,
    p50Micros: histogram.getValueAtPercentile(50) / NS_PER_MICRO,
    p99Micros: histogram.getValueAtPercentile(99) / NS_PER_MICRO,
  };
}
