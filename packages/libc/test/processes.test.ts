import { spawn } from "node:child_process";
import { once } from "node:events";
import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

function sleeper() {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

test("a process asleep in a system call is seen to be, with the call's name", async () => {
  const child = sleeper();
  const pid = child.pid as number;
  const call = await vi.waitUntil(() => {
    const call = libc.blockedCall(pid);
    return call?.syscall === "clock_nanosleep" ? call : undefined;
  });
  expect(call.syscall).toBe("clock_nanosleep");
  expect(libc.processStat(pid)).toMatchObject({ pid, state: "S", parentPid: process.pid });
  expect(libc.waitChannel(pid)).toMatch(/nanosleep/);
});

test("a process that is gone has no state, no descriptors and no call", async () => {
  const child = sleeper();
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  const pid = child.pid as number;
  expect([
    libc.processStat(pid),
    libc.openDescriptors(pid),
    libc.blockedCall(pid),
    libc.waitChannel(pid),
  ]).toEqual([null, null, null, null]);
});

test("a program's name with spaces and parentheses does not confuse the fields of its stat", async () => {
  const child = spawn(
    process.execPath,
    ["-e", "process.title='a ) b (S'; console.log('set'); setInterval(()=>{},1e6)"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  expect(libc.processStat(child.pid as number)?.parentPid).toBe(process.pid);
});

test("kill with signal 0 asks whether a process is there", () => {
  expect(libc.kill(process.pid, 0)).toBe(0);
  expect(libc.kill(0x3fff_ffff, 0)).toBe(-(libc.ERRNO.ESRCH as number));
});

test("affinity is set and read back", () => {
  const all = libc.getAffinity(0) as number[];
  onTestFinished(() => {
    libc.setAffinity(0, all);
  });
  expect(all.length).toBeGreaterThan(0);
  const one = [all.at(-1) as number];
  expect(libc.setAffinity(0, one)).toBe(0);
  expect(libc.getAffinity(0)).toEqual(one);
  expect(libc.setAffinity(0, [1_023])).toBe(-(libc.ERRNO.EINVAL as number));
});

test("resource usage grows with work, and counts every sleep as a voluntary switch", () => {
  const before = libc.resourceUsage("thread");
  let sum = 0;
  // Until the clock of the kernel has seen it: a tick may be 10 ms.
  while (libc.resourceUsage("thread").userMicros === before.userMicros) sum += Math.sqrt(sum + 1);
  for (let i = 0; i < 5; i++) libc.poll([], 1);
  const after = libc.resourceUsage("thread");
  expect(after.userMicros).toBeGreaterThan(before.userMicros);
  expect(after.voluntarySwitches - before.voluntarySwitches).toBeGreaterThanOrEqual(5);
});

test("our own descriptors are listed with what they lead to", () => {
  const fds = libc.pipe2() as [number, number];
  onTestFinished(() => {
    for (const fd of fds) libc.close(fd);
  });
  const listed = libc.openDescriptors(process.pid) ?? [];
  expect(listed.filter(({ fd }) => fds.includes(fd)).map(({ target }) => target)).toEqual([
    expect.stringMatching(/^pipe:/),
    expect.stringMatching(/^pipe:/),
  ]);
});

test("the processes of the system include this one", () => {
  expect(libc.allPids()).toContain(process.pid);
});
