import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
import { expect, test } from "vitest";
import { loadZeromq } from "../dist/zeromq.js";

const benches = [
  { mechanism: "process-send-json", modes: ["event-loop"] },
  { mechanism: "process-send-advanced", modes: ["event-loop"] },
  { mechanism: "worker-message", modes: ["event-loop"] },
  { mechanism: "worker-shared", modes: ["blocking", "spin"] },
  { mechanism: "zeromq", modes: ["event-loop"], noYardstick: "what is measured is the library" },
];

test.each(benches)(
  "the $mechanism benchmark moves the right bytes in all its modes, and leaves nothing behind",
  { timeout: 60_000 },
  async ({ mechanism, modes, noYardstick = "there is no such thing in C" }) => {
    const bench = await loadBench(import.meta.resolve(`@ipc-playground/node-channels/benches/${mechanism}`));
    expect(bench.bench.mechanism).toBe(mechanism);
    // One byte has no sequence number; the other is more than one read or write takes.
    const sizes = [1, 70_000];
    const result = await runOnce(bench, sizes);
    expect(result.failures).toEqual([]);
    expect(result.noYardstick).toEqual({ [mechanism]: noYardstick });
    expect(result.launches.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
      modes.flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
    );
    for (const { measured } of result.launches) {
      for (const { messages } of Object.values(measured)) expect(messages).toBe(20);
    }
  },
);

test("where zeromq is missing, its row says so", () => {
  expect(() => loadZeromq("zeromq-that-nobody-installed")).toThrow(
    expect.objectContaining({
      code: "NATIVE_PACKAGE_MISSING",
      fact: "the package zeromq-that-nobody-installed cannot be loaded: Cannot find module 'zeromq-that-nobody-installed'",
    }),
  );
});
