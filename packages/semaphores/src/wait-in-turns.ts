import { setTimeout as pause } from "node:timers/promises";
import { type AsyncWaits, TAKEN, TIMED_OUT, type WaitResult, waitMs } from "./waits.ts";

/** The longest pause between two looks, in milliseconds. */
const LONGEST_PAUSE_MS = 10;

/**
 * P on the event loop where no call may sleep: looks, at pauses that double up to 10 ms. `take` throws
 * what ends the wait.
 */
export async function waitInTurns(take: () => boolean, waits: AsyncWaits): Promise<WaitResult> {
  const { signal } = waits;
  const until = performance.now() + waitMs(waits);
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    const late = performance.now() >= until;
    if (take()) return TAKEN;
    if (late) return TIMED_OUT;
    // An abort ends the pause; the look at the top says so with the signal's own reason.
    await pause(Math.min(pauseMs, until - performance.now()), undefined, signal && { signal }).catch(
      () => {},
    );
  }
}
