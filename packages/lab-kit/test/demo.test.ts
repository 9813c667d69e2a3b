import { fork } from "node:child_process";
import { once } from "node:events";
import { runDemo } from "@ipc-playground/lab-kit/runner";
import { processStat } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

/** Where the demo "hangs" leaves the pid of its process. */
interface Shared {
  sleeperPid?: number | undefined;
}

const demo = (name: string) => new URL(`./demos/${name}.mjs`, import.meta.url);

test("claims are judged, and the evidence is kept", async () => {
  const run = await runDemo(demo("well"));
  expect(run.error).toBeUndefined();
  expect(run.claims.map(({ name, verdict, evidence }) => [name, verdict, evidence])).toEqual([
    ["true", "holds", "the sum is 2"],
    ["myth", "refuted", "true exited with 0"],
    ["hidden", "unavailable", "no permission"],
  ]);
});

test("the log tells of every process: its start, what it did, its exit", async () => {
  const { events } = await runDemo(demo("well"));
  const told = (name: string) => events.filter((event) => event.process === name).map((event) => event.op);
  expect(told("adder")).toEqual(["start", "add", "exit"]);
  expect(told("true")).toEqual(["start", "exit"]);
  expect(events.map((event) => event.t)).toEqual(events.map((event) => event.t).toSorted((a, b) => a - b));
});

test("a process that throws fails the demo, with its own words", async () => {
  const { error } = await runDemo(demo("throws"));
  expect(error?.code).toBe("PROCESS_FAILED");
  expect(error?.fact).toMatch(/^thrower \(pid \d+\) failed: out of luck$/);
});

test("a wait for a fact ends when a process has failed, with that process's words", async () => {
  const { error } = await runDemo(demo("throws-meanwhile"));
  expect(error?.code).toBe("PROCESS_FAILED");
  expect(error?.fact).toMatch(/^thrower \(pid \d+\) failed: out of luck$/);
});

test("a process that hangs is killed, and named with the system call it was stuck in", async () => {
  const { error, events } = await runDemo(demo("hangs"));
  expect(error?.code).toBe("DEADLINE_PASSED");
  expect(error?.fact).toMatch(/sleeper to exit \(asleep in read on pipe:\[\d+\]\)/);
  expect(events.at(-1)).toMatchObject({ process: "sleeper", op: "ended", result: "by SIGKILL" });
});

test("a process killed inside a system call has still told that it was in it", async () => {
  const { events } = await runDemo(demo("hangs"));
  expect(events.find((event) => event.op === "read")).toMatchObject({
    object: "the pipe",
    result: "never returned",
  });
});

test("a claim that nobody judged fails the demo", async () => {
  const { error } = await runDemo(demo("unjudged"));
  expect(error?.fact).toBe('unjudged did not judge its claim "forgotten"');
});

test("a process has the descriptors it was handed, and no other of the director's pipes", async () => {
  const { claims } = await runDemo(demo("descriptors"));
  expect(claims).toMatchObject([{ verdict: "holds" }]);
});

test("kill -9 from outside in the middle of a demo is reported, and nothing is left", async () => {
  vi.stubEnv("HANG_WITHIN_MS", "10000");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const shared = globalThis as Shared;
  shared.sleeperPid = undefined;
  const running = runDemo(demo("hangs"));
  const sleeper = await vi.waitUntil(() => shared.sleeperPid, { timeout: 10_000, interval: 5 });
  process.kill(sleeper, "SIGKILL");
  const { error } = await running;
  expect(error?.fact).toMatch(/^sleeper \(pid \d+\) was ended by SIGKILL before its work was done$/);
  expect(processStat(sleeper)).toBeNull();
});

test("an interruption ends every process at once", async () => {
  vi.stubEnv("HANG_WITHIN_MS", "10000");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const shared = globalThis as Shared;
  shared.sleeperPid = undefined;
  const controller = new AbortController();
  const running = runDemo(demo("hangs"), controller.signal);
  const sleeper = await vi.waitUntil(() => shared.sleeperPid, { timeout: 10_000, interval: 5 });
  controller.abort();
  await running;
  expect(processStat(sleeper)).toBeNull();
});

test("kill -9 of the director ends its processes with it", async () => {
  const director = fork(new URL("./demos/director.mjs", import.meta.url), {
    env: { ...process.env, HANG_WITHIN_MS: "30000" },
  });
  const [{ sleeper }] = (await once(director, "message")) as [{ sleeper: number }];
  const { startTime } = processStat(sleeper) ?? {};
  expect(startTime).toBeDefined();
  director.kill("SIGKILL");
  await once(director, "exit");
  // Reparented, it may stay a zombie for a moment until its new parent waits for it.
  await vi.waitUntil(() => isGone(sleeper, startTime), { timeout: 10_000, interval: 5 });
});

function isGone(pid: number, startTime: number | undefined): boolean {
  const stat = processStat(pid);
  return stat === null || stat.state === "Z" || stat.startTime !== startTime;
}

test("what others saw of a process is in the log, and is not taken for its own words", async () => {
  const { error, events, claims } = await runDemo(demo("seen"));
  expect(error).toBeUndefined();
  expect(claims).toMatchObject([{ verdict: "holds", evidence: "the process returned 7" }]);
  expect(events.find(({ op }) => op === "SYN")).toMatchObject({ process: "watched", result: "seq 0" });
});
