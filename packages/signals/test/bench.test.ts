import { loadBench, runBench } from "@ipc-playground/bench-kit/run";
import { allPids, openDescriptors, processStat } from "@ipc-playground/libc";
import { findNative } from "@ipc-playground/signals";
import { expect, test } from "vitest";

test.each([
  ["signal", "@ipc-playground/signals/bench", ["blocking", "event-loop"]],
  [
    "rtsignal",
    "@ipc-playground/signals/bench-realtime",
    findNative("receiver").kind === "ready" ? ["blocking", "event-loop"] : ["blocking"],
  ],
])("the %s benchmark runs right in each mode, and leaves nothing behind", async (_name, module, modes) => {
  const descriptors = openDescriptors(process.pid)?.length;
  const result = await runBench({
    benches: [await loadBench(import.meta.resolve(module))],
    sizes: [100],
    runs: 1,
    seed: 1,
    placements: ["unpinned"],
    warmMs: 0,
    timedMs: 0,
    messages: 20,
  });
  if (modes.length === 2) expect(result.failures).toEqual([]);
  const rows = result.launches.filter(({ by }) => by !== "c");
  expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(modes.map((mode) => `${mode} 0`));
  for (const { measured } of result.launches) {
    expect(Object.values(measured).map(({ messages }) => messages)).toEqual([20, 20]);
  }
  expect(allPids().filter((pid) => processStat(pid)?.parentPid === process.pid)).toEqual([]);
  expect(openDescriptors(process.pid)?.length).toBe(descriptors);
});
