import { PerformanceObserver } from "node:perf_hooks";
import type { Answer } from "./job.ts";

/** Node's flags for a launch that counts: young objects have so much room that none are collected. In MiB. */
export const COUNTING_FLAGS = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

/** More is not worth waiting for. */
const MOST_FRAMES = 50_000;

/**
 * Bytes that are allocated, garbage included: the growth of the heap and of the memory behind typed
 * arrays over some rounds during which nothing is collected.
 */
export async function allocated(round: () => Promise<void>, framesInRound: number): Promise<Answer> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  globalThis.gc?.();
  await new Promise(setImmediate);
  observer.observe({ entryTypes: ["gc"] });
  const rounds = Math.max(1, Math.min(10, Math.floor(MOST_FRAMES / framesInRound)));
  const before = process.memoryUsage();
  for (let i = 0; i < rounds; i++) await round();
  const after = process.memoryUsage();
  await new Promise(setImmediate);
  if (collections > 0) return { kind: "failed", reason: "memory was collected while it was counted" };
  return {
    kind: "memory",
    frames: rounds * framesInRound,
    heapBytes: after.heapUsed - before.heapUsed,
    bufferBytes: after.arrayBuffers - before.arrayBuffers,
  };
}
