import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
import { DEFAULT_CAPACITY_BYTES, PIPE_BUF_BYTES } from "@ipc-playground/fifos";
import { expect, test, vi } from "vitest";
import { filesOfRuns, ownFolder } from "./own-fifo.ts";

// Around one byte, the sequence number, PIPE_BUF and the capacity: whole messages at every size.
const sizes = [1, 5, PIPE_BUF_BYTES + 1, DEFAULT_CAPACITY_BYTES, DEFAULT_CAPACITY_BYTES + 1, 300_000];

test("the FIFO benchmark runs right in both modes at every size, and leaves nothing behind", async () => {
  const tmp = ownFolder();
  vi.stubEnv("TMPDIR", tmp);
  const result = await runOnce(await loadBench(import.meta.resolve("@ipc-playground/fifos/bench")), sizes);
  expect(result.failures).toEqual([]);
  const rows = result.launches.filter(({ by }) => by !== "c");
  expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
    ["blocking", "event-loop"].flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
  );
  for (const { measured } of result.launches) {
    expect(Object.values(measured).map(({ messages }) => messages)).toEqual([20, 20, 20]);
  }
  expect(filesOfRuns(tmp)).toEqual([]);
});
