import { loadBench, runBench } from "@ipc-playground/bench-kit/run";
import { DEFAULT_CAPACITY_BYTES, PIPE_BUF_BYTES } from "@ipc-playground/fifos";
import { allPids, openDescriptors, processStat } from "@ipc-playground/libc";
import { expect, test, vi } from "vitest";
import { filesOfRuns, ownFolder } from "./own-fifo.ts";

// Around one byte, the sequence number, PIPE_BUF and the capacity: whole messages at every size.
const sizes = [1, 5, PIPE_BUF_BYTES + 1, DEFAULT_CAPACITY_BYTES, DEFAULT_CAPACITY_BYTES + 1, 300_000];

test("the FIFO benchmark runs right in both modes at every size, and leaves nothing behind", async () => {
  const tmp = ownFolder();
  vi.stubEnv("TMPDIR", tmp);
  const descriptors = openDescriptors(process.pid)?.length;
  const result = await runBench({
    benches: [await loadBench(import.meta.resolve("@ipc-playground/fifos/bench"))],
    sizes,
    runs: 1,
    seed: 1,
    placements: ["unpinned"],
    warmMs: 0,
    timedMs: 0,
    messages: 20,
  });
  expect(result.failures).toEqual([]);
  const rows = result.launches.filter(({ by }) => by !== "c");
  expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
    ["blocking", "event-loop"].flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
  );
  for (const { measured } of result.launches) {
    expect(Object.values(measured).map(({ messages }) => messages)).toEqual([20, 20, 20]);
  }
  expect(allPids().filter((pid) => processStat(pid)?.parentPid === process.pid)).toEqual([]);
  expect(openDescriptors(process.pid)?.length).toBe(descriptors);
  expect(filesOfRuns(tmp)).toEqual([]);
});
