import { spawn } from "node:child_process";
import { circleIn, createSemaphoreSet, pendingSemop, waitForGraph } from "@ipc-playground/semaphores";
import { expect, onTestFinished, test, vi } from "vitest";

/** A process that runs this, with `set(id)` to get at a set. */
function child(script: string): number {
  const start = `import { SemaphoreSet } from "@ipc-playground/semaphores"; const set = (id) => new SemaphoreSet(id);`;
  const started = spawn(process.execPath, ["--input-type=module", "-e", `${start} ${script}`], {
    cwd: import.meta.dirname,
    stdio: "inherit",
  });
  onTestFinished(() => void started.kill("SIGKILL"));
  return started.pid as number;
}

function set(...values: number[]) {
  const made = createSemaphoreSet("private", values);
  onTestFinished(() => made.remove());
  return made;
}

test("the kernel tells in which semaphore a process sleeps", async () => {
  const made = set(1, 0);
  const pid = child(`set(${made.id}).wait(0); set(${made.id}).wait(1);`);
  await vi.waitUntil(() => made.waiters(1) === 1, { timeout: 10_000 });
  expect(pendingSemop(pid)).toEqual({ set: made.id, operations: [{ index: 1, change: -1 }] });
  expect(pendingSemop(process.pid)).toBeNull();
  expect(waitForGraph(made.id, [pid, process.pid])).toEqual([{ pid, index: 1, holder: made.lastPid(1) }]);
});

test("two processes that wait for each other are a circle, and one that waits for both is not in it", async () => {
  const made = set(1, 1);
  const gate = set(0);
  const taker = (first: number, second: number) =>
    child(`set(${made.id}).wait(${first}); set(${gate.id}).wait(0); set(${made.id}).wait(${second});`);
  const [a, b] = [taker(0, 1), taker(1, 0)];
  await vi.waitUntil(() => gate.waiters(0) === 2, { timeout: 10_000 });
  gate.operate([{ index: 0, change: 2 }]);
  await vi.waitUntil(() => made.waiters(0) + made.waiters(1) === 2, { timeout: 10_000 });
  const late = child(`set(${made.id}).wait(0);`);
  await vi.waitUntil(() => made.waiters(0) === 2, { timeout: 10_000 });
  const graph = waitForGraph(made.id, [late, a, b]);
  expect(graph).toHaveLength(3);
  expect(circleIn(graph)?.map(({ pid, holder }) => [pid, holder])).toEqual([
    [a, b],
    [b, a],
  ]);
  expect(circleIn(graph.filter(({ pid }) => pid !== a))).toBeNull();
});
