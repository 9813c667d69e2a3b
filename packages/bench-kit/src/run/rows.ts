import type { Histogram } from "hdr-histogram-js";
import { type Measure, MODES, type Mode } from "../bench.ts";
import { mergeHistograms } from "./histogram.ts";
import type { Usage } from "./measured.ts";
import { PLACEMENTS, type Placement } from "./placement.ts";
import type { BenchResult, Failure, Launch, SavedMeasured } from "./result.ts";
import { type InBlock, overlap, pairedRatios, type Spread, spread } from "./statistics.ts";

/** One mechanism in one mode at one size in one placement, with the launches that are compared. */
export interface Row {
  mechanism: string;
  mode: Mode;
  size: number;
  placement: Placement;
  launches: Launch[];
  c: Launch[];
  /** Why there is no number, and for which measures. */
  failed: { reason: string; measures: readonly Measure[]; overLimit: boolean } | null;
}

/** The rows of a result, each mode's together: modes are never mixed in one ranking. */
export function rowsOf(result: BenchResult): Row[] {
  const tried = [...result.launches, ...result.failures];
  const unique = new Map(tried.filter(({ by }) => by !== "c").map((one) => [keyOf(one), one]));
  const rows = [...unique.values()].map(({ mechanism, by, size, placement }): Row => {
    const same = (one: Pick<Launch, "mechanism" | "size" | "placement">) =>
      one.mechanism === mechanism && one.size === size && one.placement === placement;
    const failure = result.failures.find((one) => same(one) && one.by === by);
    return {
      mechanism,
      mode: by as Mode,
      size,
      placement,
      launches: result.launches.filter((one) => same(one) && one.by === by),
      c: result.launches.filter((one) => same(one) && one.by === "c" && (one.waits ?? by) === by),
      failed: failure
        ? { reason: failure.reason, measures: failure.measures, overLimit: failure.overLimit ?? false }
        : null,
    };
  });
  return rows.sort(
    (x, y) =>
      PLACEMENTS.indexOf(x.placement) - PLACEMENTS.indexOf(y.placement) ||
      MODES.indexOf(x.mode) - MODES.indexOf(y.mode) ||
      x.size - y.size ||
      compareText(x.mechanism, y.mechanism),
  );
}

function keyOf({ mechanism, by, size, placement }: Launch | Failure): string {
  return `${mechanism}/${by}/${size}/${placement}`;
}

function compareText(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

const PER_SECOND = 1e9;

/** Round trips, messages one way, or operations a second. */
export function perSecond({ messages, ns }: SavedMeasured): number {
  return (messages / ns) * PER_SECOND;
}

/** The middle round trip in ns. */
export function medianLatency({ histogram }: SavedMeasured): number {
  return mergeHistograms(histogram ? [histogram] : []).getValueAtPercentile(50);
}

/** Every round trip of these launches, merged. */
export function latencyOf(launches: readonly Launch[]): Histogram {
  return mergeHistograms(launches.flatMap(({ measured }) => measured.latency?.histogram ?? []));
}

/** How fast: what a ratio compares. More is better, for latency too. */
const SPEED: Record<Measure, (measured: SavedMeasured) => number> = {
  latency: (measured) => PER_SECOND / medianLatency(measured),
  rate: perSecond,
  throughput: perSecond,
  operations: perSecond,
};

/** One row's figure for one measure, beside the yardstick's. */
export interface Compared {
  ours: Spread;
  c: Spread | null;
  /** Ours to the yardstick's speed, from launches that ran beside each other. */
  ratio: Spread | null;
  /** The ranges of the two overlap: nothing says that one is faster. */
  noDifference: boolean;
}

/** `null`: the measure was not taken for this row. */
export function compare(row: Row, measure: Measure): Compared | null {
  const ours = speedsOf(row.launches, measure);
  const theirs = speedsOf(row.c, measure);
  const ourSpread = spread(ours.map(({ value }) => value));
  if (ourSpread === null) return null;
  const c = spread(theirs.map(({ value }) => value));
  return {
    ours: ourSpread,
    c,
    ratio: spread(pairedRatios(ours, theirs)),
    noDifference: c !== null && overlap(ourSpread, c),
  };
}

/** How long one takes in ns: the middle one of all round trips, or what the middle launch's speed comes to. */
export function medianNs({ launches }: Row, measure: Measure): number | null {
  if (measure === "latency") return latencyOf(launches).getValueAtPercentile(50);
  const speeds = spread(speedsOf(launches, measure).map(({ value }) => value));
  return speeds && PER_SECOND / speeds.median;
}

/** What a ratio compares: the speed of each launch that took the measure; more is better, for latency too. */
export function speedsOf(launches: readonly Launch[], measure: Measure): InBlock[] {
  return launches.flatMap(({ block, measured }) => {
    const one = measured[measure];
    return one ? [{ block, value: SPEED[measure](one) }] : [];
  });
}

/** What both sides together used for one message, a round trip or an operation; `null`: the measure was not taken. */
export function usagePerMessage(
  launches: readonly Launch[],
  measure: Measure,
  field: keyof Usage,
): number | null {
  const runs = launches.flatMap(({ measured }) => measured[measure] ?? []);
  const messages = runs.reduce((sum, run) => sum + run.messages, 0);
  const total = runs.reduce((sum, run) => sum + run.usage.a[field] + run.usage.b[field], 0);
  return messages === 0 ? null : total / messages;
}

/** What stands in place of a number. */
export function failureWord({ failed }: Row): string {
  return failed?.overLimit ? "too long" : "failed";
}
