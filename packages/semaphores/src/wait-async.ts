import { type AsyncWaits, TAKEN, TIMED_OUT, type WaitResult, waitMs } from "./waits.ts";

/**
 * The longest time, in milliseconds, that one call stays in libuv's thread pool: so long can
 * `process.exit()` be held up, and so late can an abort be noticed.
 */
export const SLICE_MS = 50;
/** The same while others queue for their turn. */
const CROWDED_SLICE_MS = 5;
/** Of the pool's four threads; the others are for files. */
const MOST_IN_POOL = 2;

/** How a mechanism waits in slices. Each function throws what ends the wait: closed, removed. */
export interface SlicedWait {
  /** Take one now, if there is one. */
  take(): boolean;
  /** Wait in the thread pool at most so long; `true`: one was taken. It may come back early for nothing. */
  slice(withinMs: number): Promise<boolean>;
  /** Give back what was taken after nobody wanted it any more. */
  giveBack(): void;
}

let inPool = 0;
const queue: (() => void)[] = [];

/**
 * P on the event loop: calls that sleep in the kernel, but each only for a slice, so that the process
 * can end at any time. First come is not first served: whichever is in the pool takes what is posted.
 */
export async function waitInSlices(how: SlicedWait, waits: AsyncWaits): Promise<WaitResult> {
  const { signal } = waits;
  const until = performance.now() + waitMs(waits);
  signal?.throwIfAborted();
  if (how.take()) return TAKEN;
  for (;;) {
    await turnInPool();
    try {
      // It may have waited for its turn for a while.
      signal?.throwIfAborted();
      const left = until - performance.now();
      const most = queue.length > 0 ? CROWDED_SLICE_MS : SLICE_MS;
      if (left <= 0 ? how.take() : await how.slice(Math.min(left, most))) {
        if (!signal?.aborted) return TAKEN;
        how.giveBack();
      }
      signal?.throwIfAborted();
      if (left <= 0) return TIMED_OUT;
    } finally {
      leavePool();
    }
  }
}

function turnInPool(): Promise<void> | undefined {
  if (inPool < MOST_IN_POOL) {
    inPool++;
    return undefined;
  }
  return new Promise((resolve) => queue.push(resolve));
}

/** Hands the place on to the first in the queue, or gives it up. */
function leavePool(): void {
  const next = queue.shift();
  if (next === undefined) inPool--;
  else next();
}
