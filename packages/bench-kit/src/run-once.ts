import { allPids, openDescriptors, processStat } from "@ipc-playground/libc";
import { expect } from "vitest";
import type { BenchResult } from "./run/result.ts";
import { runBench } from "./run/run.ts";
import type { LoadedBench } from "./run/schedule.ts";

/**
 * Launch every row of a bench once, ours and the yardstick's, with so few messages that it says whether
 * the bench works and not how fast. No process and no descriptor may be left. For tests.
 */
export async function runOnce(
  bench: LoadedBench,
  sizes: readonly number[],
  messages = 20,
): Promise<BenchResult> {
  const descriptors = openDescriptors(process.pid)?.length;
  const result = await runBench({
    benches: [bench],
    sizes,
    runs: 1,
    seed: 1,
    placements: ["unpinned"],
    warmMs: 0,
    timedMs: 0,
    messages,
  });
  expect(allPids().filter((pid) => processStat(pid)?.parentPid === process.pid)).toEqual([]);
  expect(openDescriptors(process.pid)?.length).toBe(descriptors);
  return result;
}
