import { fork } from "node:child_process";
import { once } from "node:events";
import { runDemo } from "@ipc-playground/lab-kit/runner";
import { processStat } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

/** Where the demo leaves the pid of its process. */
interface Shared {
  strangerPid?: number | undefined;
}

const module = new URL("./demos/unrelated.mjs", import.meta.url);

function isGone(pid: number, startTime: number | undefined): boolean {
  const stat = processStat(pid);
  return stat === null || stat.state === "Z" || stat.startTime !== startTime;
}

test("a process can be nobody's child: it is heard, it returns, and its exit is seen", async () => {
  const { error, claims, events } = await runDemo(module);
  expect(error).toBeUndefined();
  expect(claims).toMatchObject([{ verdict: "holds" }]);
  const told = events.filter((event) => event.process === "stranger").map((event) => event.op);
  expect(told).toEqual(["start", "read", "exit"]);
});

test("an interruption ends it, though it is nobody's child", async () => {
  vi.stubEnv("UNRELATED_HANGS", "1");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const shared = globalThis as Shared;
  shared.strangerPid = undefined;
  const controller = new AbortController();
  const running = runDemo(module, controller.signal);
  const stranger = await vi.waitUntil(() => shared.strangerPid, { timeout: 10_000, interval: 5 });
  const { startTime } = processStat(stranger) ?? {};
  controller.abort();
  await running;
  expect(isGone(stranger, startTime)).toBe(true);
});

test("kill -9 of the director ends it, asleep in a blocking call and nobody's child as it is", async () => {
  const director = fork(new URL("./demos/director-of-unrelated.mjs", import.meta.url), {
    env: { ...process.env, UNRELATED_HANGS: "1" },
  });
  const [{ stranger }] = (await once(director, "message")) as [{ stranger: number }];
  const { startTime } = processStat(stranger) ?? {};
  expect(startTime).toBeDefined();
  director.kill("SIGKILL");
  await once(director, "exit");
  await vi.waitUntil(() => isGone(stranger, startTime), { timeout: 10_000, interval: 5 });
});
