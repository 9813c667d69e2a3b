import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
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
  const result = await runOnce(await loadBench(import.meta.resolve(module)), [100]);
  if (modes.length === 2) expect(result.failures).toEqual([]);
  const rows = result.launches.filter(({ by }) => by !== "c");
  expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(modes.map((mode) => `${mode} 0`));
  for (const { measured } of result.launches) {
    expect(Object.values(measured).map(({ messages }) => messages)).toEqual([20, 20]);
  }
});
