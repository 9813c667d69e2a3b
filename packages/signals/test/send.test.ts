import { spawn } from "node:child_process";
import { once } from "node:events";
import { processStat } from "@ipc-playground/libc";
import {
  MAX_VALUE,
  MIN_VALUE,
  probe,
  sendQueued,
  sendQueuedToMainThread,
  sendSignal,
  sendToMainThread,
} from "@ipc-playground/signals";
import { expect, onTestFinished, test, vi } from "vitest";
import { codeOf } from "./fixtures/code-of.ts";

/** The largest pid that Linux gives is 2^22. Source: proc_sys_kernel(5), pid_max. */
const NOBODYS_PID = 2 ** 22 + 1;

const senders = {
  sendSignal: (pid: number) => sendSignal(pid, "SIGUSR2"),
  sendToMainThread: (pid: number) => sendToMainThread(pid, "SIGUSR2"),
  sendQueued: (pid: number) => sendQueued(pid, "SIGUSR2", 1),
  sendQueuedToMainThread: (pid: number) => sendQueuedToMainThread(pid, "SIGUSR2", 1),
};

test.each(Object.entries(senders))("%s to a pid that is gone is NO_SUCH_PROCESS", (_name, send) => {
  expect(codeOf(() => send(NOBODYS_PID))).toBe("NO_SUCH_PROCESS ESRCH");
  expect(() => send(NOBODYS_PID)).toThrow(/cannot send SIGUSR2 to pid 4194305: No such process/);
});

test.each(Object.entries(senders))("%s refuses 0, -1 and what is no pid at all", (_name, send) => {
  for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31]) expect(codeOf(() => send(pid))).toBe("BAD_ARGUMENT");
});

test("a process of another user is EPERM, in plain words", async () => {
  const root = process.getuid?.() === 0;
  // Root sends as nobody, to this process; a plain user sends to one of root's.
  const program = `import { sendQueued } from "@ipc-playground/signals";
    ${root ? "process.setuid(65534);" : ""}
    try { sendQueued(${root ? process.pid : 1}, "SIGUSR2", 1); } catch (error) { console.log(error.code, error.message); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child, "close");
  expect(said).toMatch(
    /^NO_PERMISSION cannot send SIGUSR2 to pid \d+: Operation not permitted \(EPERM\); the process belongs to another user/,
  );
});

test.each([MAX_VALUE + 1, MIN_VALUE - 1, 0.5, Number.NaN])("%s is no value for a signal", (value) => {
  expect(codeOf(() => sendQueued(process.pid, "SIGUSR2", value))).toBe("BAD_ARGUMENT");
  expect(codeOf(() => sendQueuedToMainThread(process.pid, "SIGUSR2", value))).toBe("BAD_ARGUMENT");
});

test("probe tells a process that is there from one that is gone, and a zombie is there", async () => {
  const child = spawn("true", { stdio: "ignore" });
  const exit = once(child, "exit");
  const pid = child.pid as number;
  // Until the event loop turns, nobody waits for it.
  while (processStat(pid)?.state !== "Z");
  expect(probe(pid)).toEqual({ kind: "there" });
  await exit;
  expect(probe(pid)).toEqual({ kind: "gone" });
});

test("a negative pid is a process group", async () => {
  const child = spawn("sh", ["-c", "cat & cat & wait"], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(() => {
    child.stdin?.end();
  });
  const exit = once(child, "exit");
  sendSignal(-(child.pid as number), "SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
  await vi.waitUntil(
    () => codeOf(() => sendSignal(-(child.pid as number), "SIGKILL")) === "NO_SUCH_PROCESS ESRCH",
    {
      timeout: 10_000,
      interval: 2,
    },
  );
});
