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
 * Least time of untimed runs of each measure, in milliseconds: the processes are warm by then,
 * and this settles caches and the count. It is all the warm-up that the C yardstick gets or needs.
 */
export const SETTLE_MS = 30;

const FIRST_COUNT = 16;
/** The first runs of a process are slow, so they may say too little about the rest. */
const MAX_GROWTH = 100;
/** A run aims this far over the least, so that a slightly fast one need not be repeated. */
const AIM = 1.3;
const NS_PER_MS = 1e6;

type Run = (count: number) => Promise<Measured>;

/**
 * Run with growing counts until {@link SETTLE_MS} are over and one run lasts `timedMs`; that run
 * is the result. A run that turned out too short counts as warm-up.
 */
export async function calibratedRun(run: Run, timedMs: number): Promise<Measured> {
  let count = FIRST_COUNT;
  for (let settledMs = 0; ; ) {
    const result = await run(count);
    const ms = result.ns / NS_PER_MS;
    if (ms >= timedMs && settledMs >= SETTLE_MS) return result;
    settledMs += ms;
    count = nextCount(count, ms, settledMs >= SETTLE_MS ? timedMs : SETTLE_MS - settledMs);
  }
}

/** Run for at least `warmMs`, and forget the result. */
export async function warmUp(run: Run, warmMs: number): Promise<void> {
  let count = FIRST_COUNT;
  for (let leftMs = warmMs; leftMs > 0; ) {
    const ms = (await run(count)).ns / NS_PER_MS;
    leftMs -= ms;
    count = nextCount(count, ms, leftMs);
  }
}

function nextCount(count: number, tookMs: number, leastMs: number): number {
  const aimed = (count * leastMs * AIM) / tookMs;
  return Math.ceil(Math.min(count * MAX_GROWTH, Math.max(FIRST_COUNT, aimed)));
}
