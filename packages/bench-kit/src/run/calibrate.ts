import type { Measured } from "./measured.ts";

export interface Duration {
  /**
   * Least time that a fresh pair of processes works untimed before anything is measured, in
   * milliseconds, all measures together: the compiler is done with all their loops by then.
   */
  warmMs: number;
  /** Least time of the run that counts, in milliseconds. */
  timedMs: number;
}

/**
 * Least time of untimed runs of a measure that was not warmed up, in milliseconds. It settles caches and
 * the count, and is all the warm-up that the C yardstick gets or needs.
 */
export const SETTLE_MS = 30;

const FIRST_COUNT = 16;
/** The first runs of a process are slow, so they may say too little about the rest. */
const MAX_GROWTH = 100;
/** A run aims this far over the least, so that a slightly fast one need not be repeated. */
const AIM = 1.3;
const NS_PER_MS = 1e6;

type Run = (count: number) => Promise<Measured>;

/** How long the runs of a measure settle before one may count, in milliseconds: no longer than that one is to last. */
export function settlingMs(timedMs: number): number {
  return Math.min(SETTLE_MS, timedMs);
}

/**
 * Run with growing counts until {@link settlingMs} are over and one run lasts `timedMs`; that run
 * is the result. A run that turned out too short counts as warm-up.
 *
 * @param warm - the last run of the warm-up: who comes from there has settled, and knows the count
 */
export async function calibratedRun(run: Run, timedMs: number, warm?: Measured): Promise<Measured> {
  const settleMs = warm ? 0 : settlingMs(timedMs);
  let count = warm ? nextCount(warm.messages, warm.ns / NS_PER_MS, timedMs) : FIRST_COUNT;
  for (let settledMs = 0; ; ) {
    const result = await run(count);
    const ms = result.ns / NS_PER_MS;
    if (ms >= timedMs && settledMs >= settleMs) return result;
    settledMs += ms;
    count = nextCount(count, ms, settledMs >= settleMs ? timedMs : settleMs - settledMs);
  }
}

/** Run for at least `warmMs`. Returns the last run; `undefined` for no time at all. */
export async function warmUp(run: Run, warmMs: number): Promise<Measured | undefined> {
  let count = FIRST_COUNT;
  let last: Measured | undefined;
  for (let leftMs = warmMs; leftMs > 0; ) {
    last = await run(count);
    const ms = last.ns / NS_PER_MS;
    leftMs -= ms;
    count = nextCount(count, ms, leftMs);
  }
  return last;
}

function nextCount(count: number, tookMs: number, leastMs: number): number {
  const aimed = (count * leastMs * AIM) / tookMs;
  return Math.ceil(Math.min(count * MAX_GROWTH, Math.max(FIRST_COUNT, aimed)));
}
