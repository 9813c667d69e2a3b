import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { openDescriptors, processStat, setSoftLimit, signalStatus } from "@ipc-playground/libc";
import {
  findNative,
  openReceiver,
  queueLimit,
  RECORD_BYTES,
  type ReceivedSignal,
  sendQueued,
  sendSignal,
  signalNumber,
} from "@ipc-playground/signals";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { codeOf } from "./fixtures/code-of.ts";

const SIGNAL = signalNumber("SIGRTMIN+1");
const OTHER = signalNumber("SIGRTMIN+2");
const killQueues = spawnSync("kill", ["-q", "0", "-s", "0", String(process.pid)]).status === 0;

/** A process that queues values 0 to count - 1 for us, as fast as it can. */
function burst(count: number) {
  const program = `import { sendQueued } from "@ipc-playground/signals";
    for (let i = 0; i < ${count}; i++) sendQueued(${process.pid}, ${SIGNAL}, i);`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function descriptors(): string[] {
  return (openDescriptors(process.pid) ?? []).map(({ fd, target }) => `${fd} ${target}`);
}

describe.skipIf(findNative("receiver").kind === "absent")("skipped without a C compiler:", () => {
  test("a signal comes with its value, its sender's pid and user", async () => {
    using receiver = openReceiver([SIGNAL]);
    const sender = burst(1);
    for await (const signal of receiver) {
      expect(signal).toEqual({
        signal: SIGNAL,
        value: 0,
        senderPid: sender.pid,
        senderUid: process.getuid?.(),
        queued: true,
        thread: process.pid,
      });
      break;
    }
  });

  test.skipIf(!killQueues)("kill -q of a shell reaches the receiver", async () => {
    using receiver = openReceiver([SIGNAL]);
    for (const value of [42, 7])
      execFileSync("kill", ["-q", String(value), "-s", "RTMIN+1", String(process.pid)]);
    const values: number[] = [];
    for await (const { value } of receiver) {
      values.push(value);
      if (values.length === 2) break;
    }
    expect(values).toEqual([42, 7]);
  });

  test("20,000 signals of a burst all come, in order, on the main thread", async () => {
    const count = 20_000;
    using receiver = openReceiver([SIGNAL]);
    const sender = burst(count);
    const got: ReceivedSignal[] = [];
    await new Promise<void>((resolve) => {
      receiver.listen((signal) => {
        if (got.push(signal) === count) resolve();
      });
    });
    expect(got.map(({ value }) => value)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(new Set(got.map(({ thread }) => thread))).toEqual(new Set([process.pid]));
    expect(new Set(got.map(({ senderPid }) => senderPid))).toEqual(new Set([sender.pid]));
  });

  test("signals that find the receiver full are counted, and not lost silently", () => {
    using receiver = openReceiver([SIGNAL], { capacityBytes: 4_096 });
    const room = 4_096 / RECORD_BYTES;
    expect(receiver.capacity).toBe(room);
    for (let i = 0; i < room + 3; i++) sendQueued(process.pid, SIGNAL, i);
    expect(receiver.lost).toBe(3);
    expect(codeOf(() => receiver.next())).toBe("SIGNALS_LOST");
    // What did come is still there.
    expect(Array.from({ length: room + 1 }, () => receiver.next()?.value)).toEqual([
      ...Array.from({ length: room }, (_, i) => i),
      undefined,
    ]);
  });

  test("with onLost the receiver says how many were lost, and goes on", () => {
    const reports: number[] = [];
    using receiver = openReceiver([SIGNAL], { capacityBytes: 4_096, onLost: (count) => reports.push(count) });
    for (let i = 0; i < 130; i++) sendQueued(process.pid, SIGNAL, i);
    expect(receiver.next()?.value).toBe(0);
    expect(reports).toEqual([2]);
  });

  test("a process that is asleep in a system call is not disturbed by it", async () => {
    using receiver = openReceiver([SIGNAL]);
    const sender = burst(50);
    // A synchronous wait in the kernel: with EINTR it would fail.
    expect(spawnSync("cat", { input: "x" }).stdout.toString()).toBe("x");
    await once(sender, "exit");
    expect(Array.from({ length: 50 }, () => receiver.next()?.value)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  test("kill() comes as a signal without a value, and standard signals come as well", () => {
    using receiver = openReceiver([SIGNAL, "SIGUSR2"]);
    sendSignal(process.pid, SIGNAL);
    sendQueued(process.pid, "SIGUSR2", 5);
    expect([receiver.next(), receiver.next()]).toMatchObject([
      { signal: SIGNAL, value: 0, queued: false },
      { signal: signalNumber("SIGUSR2"), value: 5, queued: true },
    ]);
  });

  test("the queue's limit is EAGAIN, with what to do about it", async () => {
    const before = queueLimit().limit;
    onTestFinished(() => {
      setSoftLimit("pendingSignals", before);
    });
    // Children inherit the limit: this one may have as many queued as there are now, and two more.
    setSoftLimit("pendingSignals", queueLimit().queued + 2);
    const stopped = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
    setSoftLimit("pendingSignals", before);
    onTestFinished(() => {
      stopped.kill("SIGKILL");
    });
    const pid = stopped.pid as number;
    sendSignal(pid, "SIGSTOP");
    await vi.waitUntil(() => processStat(pid)?.state === "T", { timeout: 10_000, interval: 1 });
    const send = () => {
      for (let i = 0; i < 10; i++) sendQueued(pid, SIGNAL, i);
    };
    expect(codeOf(send)).toBe("SIGNAL_QUEUE_FULL EAGAIN");
    expect(send).toThrow(/RLIMIT_SIGPENDING \(`ulimit -i`\); SigQ in \/proc\/PID\/status/);
    // A standard signal always finds room.
    expect(codeOf(() => sendSignal(pid, "SIGUSR2"))).toBe("nothing was thrown");
    expect(signalStatus(pid)?.pendingForProcess).toContain(signalNumber("SIGUSR2"));
  });

  test.each(["SIGKILL", "SIGSTOP"])("%s cannot be received, and nothing is left of the attempt", (signal) => {
    const before = descriptors();
    expect(codeOf(() => openReceiver([SIGNAL, signal]))).toBe("BAD_ARGUMENT EINVAL");
    expect(descriptors().filter((descriptor) => !before.includes(descriptor))).toEqual([]);
    expect(signalStatus(process.pid)?.caught).not.toContain(SIGNAL);
  });

  test("one signal has one receiver; closed, it is free again", () => {
    const first = openReceiver([SIGNAL]);
    expect(codeOf(() => openReceiver([OTHER, SIGNAL]))).toBe("BAD_ARGUMENT");
    first.close();
    first.close();
    expect(codeOf(() => first.next())).toBe("ALREADY_CLOSED");
    using second = openReceiver([OTHER, SIGNAL]);
    sendQueued(process.pid, SIGNAL, 1);
    expect(second.next()?.value).toBe(1);
  });

  test("closing gives the descriptors back, and ends an iteration that waits", async () => {
    const before = descriptors();
    const receiver = openReceiver([SIGNAL]);
    const iteration = receiver[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setImmediate(resolve));
    receiver.close();
    expect(await iteration).toEqual({ value: undefined, done: true });
    expect(descriptors().filter((descriptor) => !before.includes(descriptor))).toEqual([]);
  });
});
