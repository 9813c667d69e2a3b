const NS_PER_SECOND = 1_000_000_000n;

let lastMs = 0;
let last = seconds(0n);

/**
 * A `struct timespec` of 64-bit Linux: how long, or null for a wait without end. Only to be read, as
 * the kernel does: the next call with the same duration gets the same one, because who sleeps again
 * and again does so for the same time, and its making costs more than the way into the kernel.
 */
export function timespec(withinMs: number): BigInt64Array | null {
  if (withinMs === Number.POSITIVE_INFINITY) return null;
  if (withinMs === lastMs) return last;
  last = seconds(BigInt(Math.round(withinMs * 1e6)));
  lastMs = withinMs;
  return last;
}

/** A `struct timespec` of CLOCK_REALTIME: until when, or null for a wait without end. */
export function realtimeDeadline(withinMs: number): BigInt64Array | null {
  if (withinMs === Number.POSITIVE_INFINITY) return null;
  return seconds(BigInt(Date.now()) * 1_000_000n + BigInt(Math.round(withinMs * 1e6)));
}

function seconds(ns: bigint): BigInt64Array {
  return BigInt64Array.of(ns / NS_PER_SECOND, ns % NS_PER_SECOND);
}
