import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
import { removeRun } from "@ipc-playground/lab-kit/runner";
import { listSysvQueues, POSIX_LIMITS, readLimit, SYSV_LIMITS } from "@ipc-playground/message-queues";
import { afterAll, expect, test } from "vitest";

afterAll(removeRun);

const benches = [
  { module: "bench", mechanism: "sysv-mq", most: readLimit(SYSV_LIMITS.messageBytes) ?? 8_192 },
  { module: "posix-bench", mechanism: "posix-mq", most: readLimit(POSIX_LIMITS.messageBytes) ?? 8_192 },
];

test.each(benches)(
  "the $mechanism benchmark runs right in both modes up to the limit, refuses more, and leaves nothing behind",
  async ({ module, mechanism, most }) => {
    const sizes = [1, 5, 100, most];
    const before = listSysvQueues().map(({ id }) => id);
    const result = await runOnce(
      await loadBench(import.meta.resolve(`@ipc-playground/message-queues/${module}`)),
      [...sizes, most + 1],
    );
    const modes = ["blocking", "event-loop"];
    const failed = result.failures.filter(({ by }) => by !== "c");
    expect(failed.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
      modes.map((mode) => `${mode} ${most + 1}`),
    );
    for (const { reason } of result.failures)
      expect(reason).toBe(
        `one message of ${mechanism} may have ${most} bytes here, and ${most + 1} were asked for`,
      );
    const rows = result.launches.filter(({ by }) => by !== "c");
    expect(rows.map(({ by, size }) => `${by} ${size}`).toSorted()).toEqual(
      modes.flatMap((mode) => sizes.map((size) => `${mode} ${size}`)).toSorted(),
    );
    for (const { measured } of result.launches) {
      expect(Object.values(measured).map(({ messages }) => messages)).toEqual([20, 20, 20]);
    }
    // Those of the C program have no key, and go a moment after it; others on this machine come and go.
    const left = () =>
      listSysvQueues().filter(
        ({ id, key, uid }) => key === 0 && uid === process.getuid?.() && !before.includes(id),
      );
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  },
);
