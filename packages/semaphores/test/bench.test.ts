import { readdirSync } from "node:fs";
import { loadBench } from "@ipc-playground/bench-kit/run";
import { runOnce } from "@ipc-playground/bench-kit/suites";
import { removeRun } from "@ipc-playground/lab-kit/runner";
import { listSemaphoreSets } from "@ipc-playground/semaphores";
import { afterAll, expect, test } from "vitest";

afterAll(removeRun);

const BOTH = ["blocking", "event-loop"];
const handOvers = [
  { module: "bench", mechanism: "sysv-sem", modes: BOTH },
  { module: "posix-bench", mechanism: "posix-sem", modes: BOTH },
  { module: "futex-bench", mechanism: "futex", modes: BOTH },
  { module: "benches/eventfd", mechanism: "eventfd", modes: [...BOTH, "spin"] },
];
const operations = [
  { module: "benches/sysv-alone", mechanism: "sysv-sem-alone" },
  { module: "benches/posix-alone", mechanism: "posix-sem-alone" },
  { module: "benches/futex-alone", mechanism: "futex-alone" },
  { module: "benches/sysv-lock", mechanism: "sysv-lock" },
  { module: "benches/posix-lock", mechanism: "posix-lock" },
  { module: "benches/futex-lock", mechanism: "futex-lock" },
];

/** One launch of everything, and what it has left behind. */
async function launched(module: string) {
  const bench = await loadBench(import.meta.resolve(`@ipc-playground/semaphores/${module}`));
  const before = listSemaphoreSets().map(({ id }) => id);
  const result = await runOnce(bench, [100], 200);
  expect(result.failures.filter(({ by }) => by !== "c")).toEqual([]);
  expect(readdirSync("/dev/shm").filter((file) => file.startsWith("sem.ipc-playground-yardstick"))).toEqual(
    [],
  );
  // Those of the C program have no key, and go a moment after it; others on this machine come and go.
  const left = () =>
    listSemaphoreSets().filter(
      ({ id, key, uid }) => key === 0 && uid === process.getuid?.() && !before.includes(id),
    );
  await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  return { bench, launches: result.launches };
}

test.each(handOvers)(
  "the $mechanism benchmark hands a turn over in all its modes, and leaves nothing behind",
  { timeout: 60_000 },
  async ({ module, mechanism, modes }) => {
    const { bench, launches } = await launched(module);
    expect(bench.bench.mechanism).toBe(mechanism);
    const ran = launches.filter(({ by }) => by !== "c").map(({ by, size }) => `${by} ${size}`);
    expect(ran.toSorted()).toEqual(modes.map((mode) => `${mode} 0`));
    for (const { measured } of launches)
      expect(measured).toMatchObject({ latency: { messages: 200 }, rate: { messages: 200 } });
  },
);

test.each(operations)(
  "the $mechanism benchmark counts its operations right, and leaves nothing behind",
  { timeout: 60_000 },
  async ({ module, mechanism }) => {
    const { bench, launches } = await launched(module);
    expect(bench.bench.mechanism).toBe(mechanism);
    expect(launches.filter(({ by }) => by !== "c").map(({ by }) => by)).toEqual(["blocking"]);
    for (const { measured } of launches) expect(measured.operations?.messages).toBeGreaterThanOrEqual(200);
  },
);
