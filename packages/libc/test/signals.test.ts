import { spawn } from "node:child_process";
import { once } from "node:events";
import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

const SIGUSR2 = 12;
const SIGKILL = 9;
const me = process.pid;

function block(...signals: number[]): void {
  const before = libc.changeSignalMask("block", signals) as number[];
  onTestFinished(() => {
    libc.changeSignalMask("set", before);
  });
}

test("the C library says which realtime signals programs may use", () => {
  expect(libc.sigrtmin()).toBeGreaterThanOrEqual(32);
  expect(libc.sigrtmax()).toBe(64);
});

test("the mask is changed and read back, and the old one is told", () => {
  const before = libc.signalMask();
  block(SIGUSR2, 64);
  expect(libc.signalMask()).toEqual([...before, SIGUSR2, 64]);
  expect(libc.changeSignalMask("unblock", [64])).toEqual([...before, SIGUSR2, 64]);
  expect(libc.signalMask()).toEqual([...before, SIGUSR2]);
});

test("a blocked signal for this thread is pending, and SignalWait takes it", () => {
  block(SIGUSR2);
  expect(libc.tgkill(me, me, SIGUSR2)).toBe(0);
  expect(libc.pendingSignals()).toEqual([SIGUSR2]);
  const wait = new libc.SignalWait([SIGUSR2]);
  expect(wait.take(0)).toBe(SIGUSR2);
  expect(wait.info()).toMatchObject({ signal: SIGUSR2, senderPid: me });
  expect(wait.take(0)).toBe(-(libc.ERRNO.EAGAIN as number));
});

test("a value queued for a thread comes out as it went in, by a wait and by a signalfd", () => {
  const signal = libc.sigrtmin();
  block(signal);
  const fd = libc.signalfd([signal]);
  onTestFinished(() => {
    libc.close(fd);
  });
  const sent = { signal, code: libc.SI_QUEUE, senderPid: me, senderUid: process.getuid?.(), value: -123_456 };
  libc.sigqueueToThread(me, me, signal, -123_456);
  const wait = new libc.SignalWait([signal]);
  wait.take(0);
  expect(wait.info()).toEqual(sent);
  libc.sigqueueToThread(me, me, signal, -123_456);
  const bytes = new Uint8Array(libc.SIGNALFD_INFO_BYTES);
  expect(libc.read(fd, bytes)).toBe(libc.SIGNALFD_INFO_BYTES);
  expect(libc.decodeSignalfdInfo(bytes)).toEqual(sent);
  expect(libc.read(fd, bytes)).toBe(-(libc.ERRNO.EAGAIN as number));
});

test("Node's handlers have SA_RESTART; the flag can be taken away and given back", () => {
  const handler = () => {};
  process.on("SIGUSR2", handler);
  onTestFinished(() => {
    process.off("SIGUSR2", handler);
  });
  const action = libc.getSignalAction(SIGUSR2) as libc.SignalAction;
  expect(action.disposition).toBe("handler");
  expect(action.flags & libc.SA_RESTART).toBe(libc.SA_RESTART);
  expect(libc.setSignalFlags(SIGUSR2, action.flags & ~libc.SA_RESTART)).toBe(0);
  expect((libc.getSignalAction(SIGUSR2) as libc.SignalAction).flags & libc.SA_RESTART).toBe(0);
  libc.setSignalFlags(SIGUSR2, action.flags);
});

test("a disposition is set; SIGKILL's cannot be", () => {
  onTestFinished(() => {
    libc.setDisposition(SIGUSR2, "default");
  });
  expect(libc.setDisposition(SIGUSR2, "ignore")).toBe(0);
  expect(libc.getSignalAction(SIGUSR2)).toMatchObject({ disposition: "ignore" });
  expect(libc.setDisposition(SIGKILL, "ignore")).toBe(-(libc.ERRNO.EINVAL as number));
});

test("sigqueue to nobody, and of no signal, are the kernel's own errors", () => {
  expect(libc.sigqueue(0x3fff_ffff, SIGUSR2, 0)).toBe(-(libc.ERRNO.ESRCH as number));
  expect(libc.sigqueue(me, 65, 0)).toBe(-(libc.ERRNO.EINVAL as number));
});

test("/proc tells what a process blocks, ignores, catches, and has pending", () => {
  block(SIGUSR2);
  libc.tgkill(me, me, SIGUSR2);
  const status = libc.signalStatus(me) as libc.SignalStatus;
  expect(status.blocked).toContain(SIGUSR2);
  expect(status.pendingForThread).toContain(SIGUSR2);
  expect(status.pendingForProcess).not.toContain(SIGUSR2);
  // Node ignores SIGPIPE.
  expect(status.ignored).toContain(13);
  expect(status.queueLimit).toBe(libc.resourceLimit("pendingSignals").soft);
  new libc.SignalWait([SIGUSR2]).take(0);
  expect(libc.threadIds(me)[0]).toBe(me);
  expect(libc.signalStatus(0x3fff_ffff)).toBeNull();
});

test("a process is put into a group of its own", async () => {
  const program = `import { processGroup, setProcessGroup } from "@ipc-playground/libc";
    const before = processGroup(0);
    console.log(before === process.pid, setProcessGroup(0, 0), processGroup(0) === process.pid);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("false 0 true\n");
});
