import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IpcError } from "@ipc-playground/contract";
import { ownObject, removeRun } from "@ipc-playground/lab-kit/runner";
import { blockedCall, IPC_NOWAIT, msgsnd, processStat } from "@ipc-playground/libc";
import {
  createSysvQueue,
  listenSysv,
  listOwn,
  openSysvQueue,
  readLimit,
  receiveSysv,
  SYSV_LIMITS,
  type SysvQueue,
  type SysvReceiveResult,
} from "@ipc-playground/message-queues";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { codeOf } from "./posix-suite.ts";

afterAll(removeRun);

const WITHIN = { timeout: 20_000, interval: 1 };

function ownQueue(options?: Parameters<typeof createSysvQueue>[1]) {
  const key = Number(ownObject("sysv-msg"));
  const queue = createSysvQueue(key, options);
  onTestFinished(() => {
    try {
      queue.remove();
    } catch (error) {
      expect((error as IpcError).code).toBe("QUEUE_REMOVED");
    }
  });
  return { key, queue };
}

function filled(...types: number[]): SysvQueue {
  const { queue } = ownQueue();
  for (const [i, type] of types.entries()) queue.send(type, Buffer.from(`${i}`));
  return queue;
}

function said(result: SysvReceiveResult): string {
  return result.kind === "message" ? `${result.type}:${Buffer.from(result.bytes)}` : result.kind;
}

/** A process of this Node that runs a program with the queue's id as its argument. */
function child(queue: SysvQueue, program: string) {
  const started = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import * as mq from "@ipc-playground/message-queues";${program}`,
      `${queue.id}`,
    ],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => {
    started.kill("SIGKILL");
  });
  let printed = "";
  started.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = once(started, "close").then(() => printed.trim());
  const asleepIn = (call: string) =>
    vi.waitUntil(
      () =>
        processStat(started.pid as number)?.state === "S" &&
        blockedCall(started.pid as number)?.syscall === call,
      WITHIN,
    );
  return { started, ended, asleepIn };
}

const QUEUE = "const queue = new mq.SysvQueue(Number(process.argv[1]));";

test("a queue is made once: EEXIST, and opened only if it is there: ENOENT", () => {
  const { key, queue } = ownQueue();
  expect(codeOf(() => createSysvQueue(key))).toBe("QUEUE_EXISTS EEXIST");
  expect(openSysvQueue(key).id).toBe(queue.id);
  queue.remove();
  expect(codeOf(() => openSysvQueue(key))).toBe("NO_SUCH_QUEUE ENOENT");
});

test("a queue that is not open to this user is EACCES", async () => {
  const { key, queue } = ownQueue({ mode: 0o000 });
  // root may do everything: be somebody else in a process of its own.
  const { ended } = child(
    queue,
    `process.setuid?.(process.getuid() === 0 ? 65534 : process.getuid());
     try { mq.openSysvQueue(${key}); console.log("opened"); } catch (error) { console.log(error.code, error.errno); }
     ${QUEUE}
     try { queue.receive({ noWait: true }); console.log("received"); } catch (error) { console.log(error.code, error.errno); }`,
  );
  // Without a single permission bit asked for, msgget(2) itself lets everybody in.
  expect((await ended).split("\n").at(-1)).toBe("NO_PERMISSION EACCES");
});

test("type 0 takes the oldest", () => {
  expect(said(filled(3, 1, 2).receive())).toBe("3:0");
});

test("a positive type takes the oldest of that type, and waits past all others", () => {
  const queue = filled(3, 1, 2, 1);
  expect([said(queue.receive({ type: 1 })), said(queue.receive({ type: 1 }))]).toEqual(["1:1", "1:3"]);
  expect(said(queue.receive({ type: 1, noWait: true }))).toBe("would-block");
});

test("a negative type takes the lowest type up to its amount, the oldest of that type first", () => {
  const queue = filled(3, 2, 2, 9);
  const taken = [1, 2, 3, 4].map(() => said(queue.receive({ type: -5, noWait: true })));
  expect(taken).toEqual(["2:1", "2:2", "3:0", "would-block"]);
});

test("EXCEPT takes the oldest of any other type", () => {
  const queue = filled(1, 1, 2);
  expect(said(queue.receive({ type: 1, except: true }))).toBe("2:2");
  expect(said(queue.receive({ type: 1, except: true, noWait: true }))).toBe("would-block");
});

test("a message longer than the room is E2BIG and stays; NOERROR cuts it, and the rest is lost", () => {
  const { queue } = ownQueue();
  queue.send(1, Buffer.from("hello"));
  expect(codeOf(() => queue.receive({ roomBytes: 4 }))).toBe("BUFFER_TOO_SMALL E2BIG");
  expect(queue.stat()).toMatchObject({ messages: 1, bytes: 5 });
  expect(said(queue.receive({ roomBytes: 4, truncate: true }))).toBe("1:hell");
  expect(queue.stat()).toMatchObject({ messages: 0, bytes: 0 });
});

test("COPY looks at a message by its place and leaves it", () => {
  const queue = filled(3, 1);
  try {
    expect(said(queue.peek(1))).toBe("1:1");
  } catch (error) {
    // A kernel without CONFIG_CHECKPOINT_RESTORE.
    expect(error).toMatchObject({ errno: "ENOSYS" });
    return;
  }
  expect(said(queue.peek(2))).toBe("would-block");
  expect(queue.stat().messages).toBe(2);
});

test("a message keeps its type up to 2^53 - 1, its bytes, and its length, none included", () => {
  const { queue } = ownQueue();
  for (const bytes of [new Uint8Array(), Uint8Array.of(0, 255, 0), new Uint8Array(8_192).fill(9)]) {
    for (const type of [1, 0x7fff_ffff, 0x8000_0000, Number.MAX_SAFE_INTEGER]) {
      queue.send(type, bytes);
      expect(queue.receive()).toEqual({ kind: "message", type, bytes });
    }
  }
});

test.each([0, -1, Number.NaN])("the type %s is EINVAL", (type) => {
  const { queue } = ownQueue();
  expect(codeOf(() => queue.send(type, Buffer.from("x")))).toBe("BAD_ARGUMENT EINVAL");
});

test("a message over msgmax is refused, with the limit, its file, and how to raise it", () => {
  const { queue } = ownQueue();
  const most = readLimit(SYSV_LIMITS.messageBytes) ?? 0;
  let error: unknown;
  try {
    queue.send(1, new Uint8Array(most + 1));
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: "MESSAGE_TOO_LONG",
    fact: `a message of ${most + 1} bytes is over the limit: ${most} bytes in one message (/proc/sys/kernel/msgmax)`,
    nextStep: expect.stringContaining("sysctl -w kernel.msgmax=NUMBER"),
  });
});

test("the byte limit of a queue: EAGAIN without waiting", () => {
  const { queue } = ownQueue({ maxBytes: 100 });
  expect(queue.send(1, new Uint8Array(60), { noWait: true }).kind).toBe("sent");
  expect(queue.send(1, new Uint8Array(41), { noWait: true }).kind).toBe("would-block");
  expect(queue.send(1, new Uint8Array(40), { noWait: true }).kind).toBe("sent");
});

test("the byte limit of a queue: a waiting sender sleeps, and goes on when there is room", async () => {
  const { queue } = ownQueue({ maxBytes: 10 });
  queue.send(1, new Uint8Array(10));
  const { ended, asleepIn } = child(queue, `${QUEUE}console.log(queue.send(2, Buffer.from("late")).kind)`);
  await asleepIn("msgsnd");
  queue.receive();
  expect(await ended).toBe("sent");
  expect(said(queue.receive())).toBe("2:late");
});

test("the byte limit of a queue: a waiting sender is woken by a signal with EINTR", async () => {
  const { queue } = ownQueue({ maxBytes: 10 });
  queue.send(1, new Uint8Array(10));
  const { started, ended, asleepIn } = child(
    queue,
    `process.on("SIGUSR2", () => {});
     ${QUEUE}console.log(queue.send(2, Buffer.from("late")).kind); process.exit()`,
  );
  await asleepIn("msgsnd");
  started.kill("SIGUSR2");
  expect(await ended).toBe("interrupted");
});

test("a plain user may not raise a queue over msgmnb: EPERM names the file", () => {
  const { queue } = ownQueue();
  const most = readLimit(SYSV_LIMITS.queueBytes) ?? 0;
  let error: unknown;
  try {
    queue.setMaxBytes(most + 1);
  } catch (thrown) {
    error = thrown;
  }
  // With CAP_SYS_RESOURCE it is allowed.
  if (error === undefined) expect(queue.stat().maxBytes).toBe(most + 1);
  else
    expect(error).toMatchObject({
      code: "QUEUE_LIMIT",
      fact: expect.stringContaining("/proc/sys/kernel/msgmnb"),
      nextStep: expect.stringContaining("sysctl -w kernel.msgmnb=NUMBER"),
    });
});

test("a queue that is removed wakes its sleepers with EIDRM, and later calls get EINVAL", async () => {
  const { queue } = ownQueue();
  const { ended, asleepIn } = child(
    queue,
    `${QUEUE}try { queue.receive(); } catch (error) { console.log(error.code, error.errno) }`,
  );
  await asleepIn("msgrcv");
  queue.remove();
  expect(await ended).toBe("QUEUE_REMOVED EIDRM");
  expect(codeOf(() => queue.send(1, Buffer.from("x")))).toBe("QUEUE_REMOVED EINVAL");
  expect(codeOf(() => queue.stat())).toBe("QUEUE_REMOVED EINVAL");
});

test("a queue shows in the list of this project's own, until it is removed", () => {
  const { key, queue } = ownQueue({ mode: 0o640 });
  queue.send(1, Buffer.from("hello"));
  expect(listOwn().find((line) => line.id === queue.id)).toEqual({
    key,
    id: queue.id,
    mode: 0o640,
    bytes: 5,
    messages: 1,
    lastSender: process.pid,
    lastReceiver: 0,
    uid: process.getuid?.(),
  });
  queue.remove();
  expect(listOwn().some((line) => line.id === queue.id)).toBe(false);
});

test("a private queue has no key, and is found by its id", () => {
  const queue = createSysvQueue("private");
  onTestFinished(() => queue.remove());
  expect(queue.stat().key).toBe(0);
});

test("a message that begins with its type is what the kernel takes", () => {
  const { queue } = ownQueue();
  expect(msgsnd(queue.id, Buffer.from("0500000000000000" + "6869", "hex"), IPC_NOWAIT)).toBe(0);
  expect(said(queue.receive())).toBe("5:hi");
});

test("listening takes messages of its type as they come, and tells when the queue is removed", async () => {
  const { queue } = ownQueue();
  queue.send(7, Buffer.from("before"));
  const got: string[] = [];
  let failed: unknown;
  const listener = listenSysv(
    queue,
    (message) => got.push(said(message)),
    (error) => (failed = error),
    { type: 7 },
  );
  onTestFinished(() => listener.stop());
  await vi.waitUntil(() => got.length === 1, WITHIN);
  queue.send(8, Buffer.from("not ours"));
  queue.send(7, Buffer.from("after"));
  await vi.waitUntil(() => got.length === 2, WITHIN);
  expect(got).toEqual(["7:before", "7:after"]);
  queue.remove();
  await vi.waitUntil(() => failed !== undefined, WITHIN);
  expect(failed).toMatchObject({ code: "QUEUE_REMOVED" });
});

test("waiting for a message on the event loop gives up in time, and gets one that comes later", async () => {
  const { queue } = ownQueue();
  expect(await receiveSysv(queue, 15)).toBeUndefined();
  const later = receiveSysv(queue, 20_000, { type: 2 });
  queue.send(2, Buffer.from("x"));
  expect(await later).toMatchObject({ type: 2 });
});

test("a process that listens can exit at any time", async () => {
  const { queue } = ownQueue();
  const { started, ended } = child(
    queue,
    `${QUEUE}mq.listenSysv(queue, () => {}, () => {}); setTimeout(() => process.exit(7), 50)`,
  );
  await ended;
  expect(started.exitCode).toBe(7);
});
