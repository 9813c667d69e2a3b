import type { Measured } from "./measured.ts";

export interface Duration {
  /** Least time of untimed runs before the one that counts, in milliseconds. */
  warmMs: number;
  /** Least time of the run that counts, in milliseconds. */
  timedMs: number;
}

const FIRST_COUNT = 16;
/** A run aims this far over the least, so that a slightly fast one need not be repeated. */
const AIM = 1.3;
/** The first runs of a process are slow, so they may say too little about the rest. */
const MAX_GROWTH = 100;
const NS_PER_MS = 1e6;

/**
 * Run with growing counts until the process is warm and one run lasts long enough; that run is
 * the result. A run that turned out too short counts as warm-up.
 */
export async function calibratedRun(
  run: (count: number) => Promise<Measured>,
  { warmMs, timedMs }: Duration,
): Promise<Measured> {
  let count = FIRST_COUNT;
  for (let warmedMs = 0; ; ) {
    const result = await run(count);
    const ms = result.ns / NS_PER_MS;
    if (ms >= timedMs && warmedMs >= warmMs) return result;
    const targetMs = warmedMs + ms >= warmMs ? timedMs * AIM : warmMs - warmedMs;
    warmedMs += ms;
    count = Math.ceil(Math.min(count * MAX_GROWTH, Math.max(FIRST_COUNT, (count * targetMs) / ms)));
  }
}
