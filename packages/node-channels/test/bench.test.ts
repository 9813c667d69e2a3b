import { loadBench, runBench } from "@ipc-playground/bench-kit/run";
import { allPids, openDescriptors, processStat } from "@ipc-playground/libc";
import { expect, test } from "vitest";

const benches = [
  { mechanism: "process-send-json", modes: ["event-loop"] },
  { mechanism: "process-send-advanced", modes: ["event-loop"] },
  { mechanism: "worker-message", modes: ["event-loop"] },
  { mechanism: "worker-shared", modes: ["blocking", "spin"] },
];

test.each(benches)(
  "the $mechanism benchmark moves the right bytes in all its modes, and leaves nothing behind",
  { timeout: 60_000 },
  async ({ mechanism, modes }) => {
    const bench = await loadBench(import.meta.resolve(`@ipc-playground/node-channels/benches/${mechanism}`));
    expect(bench.bench.mechanism).toBe(mechanism);
    const descriptors = openDescriptors(process.pid)?.length;
    // One byte has no sequence number; the others are below and above what one read or write takes.
    const sizes = [1, 100, 70_000];
    const result = await runBench({
      benches: [bench],
      sizes,
      runs: 1,
      seed: 1,
      placements: ["unpinned"],
      warmMs: 0,
      timedMs: 0,
      messages: 20,
    });
    expect(result.failures).toEqual([]);
    expect(result.noYardstick).toEqual({ [mechanism]: "it is Node's own" });
    expect(result.launches.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
      modes.flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
    );
    for (const { measured } of result.launches) {
      for (const { messages } of Object.values(measured)) expect(messages).toBe(20);
    }
    expect(allPids().filter((pid) => processStat(pid)?.parentPid === process.pid)).toEqual([]);
    expect(openDescriptors(process.pid)?.length).toBe(descriptors);
  },
);
