import { type LoadPoint, mergeHistograms } from "@ipc-playground/bench-kit/run";
import { type Named, type NamedRow, usualRows } from "../named.ts";
import { byMode, type Labelled, labelled, type OfMode } from "./by-mode.ts";

export interface LoadStep {
  offeredPerSecond: number;
  /** What arrived. Less than what was offered: the receiver does not keep up. */
  arrivedPerSecond: number;
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

/** The launches' steps put together in their order: the loads may differ a little from launch to launch. */
function stepsOf({ launches }: NamedRow): LoadStep[] {
  const loads = launches.flatMap(({ load }) => (load ? [load] : []));
  const most = Math.max(0, ...loads.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => stepOf(loads.flatMap((load) => load[i] ?? [])));
}

function stepOf(points: LoadPoint[]): LoadStep {
  const histogram = mergeHistograms(points.map(({ histogram }) => histogram));
  const sum = (of: (point: LoadPoint) => number) => points.reduce((total, point) => total + of(point), 0);
  return {
    offeredPerSecond: sum(({ offeredPerSecond }) => offeredPerSecond) / points.length,
    arrivedPerSecond: (sum(({ messages }) => messages) / sum(({ ns }) => ns)) * NS_PER_SECOND,
    p50Micros: histogram.getValueAtPercentile(50) / NS_PER_MICRO,
    p99Micros: histogram.getValueAtPercentile(99) / NS_PER_MICRO,
  };
}
