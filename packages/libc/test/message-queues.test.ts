import { constants } from "node:fs";
import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

const { O_CREAT, O_EXCL, O_RDWR, O_NONBLOCK } = constants;
const errno = (symbol: string) => -(libc.ERRNO[symbol] as number);
let names = 0;

/** A queue that has lost its name already: nothing is left, however this ends. */
function ownPosix(flags = 0): number {
  const name = `/libc-test-${process.pid}-${++names}`;
  const size = { maxMessages: 2, messageBytes: 16 };
  const queue = libc.mqOpen(name, O_CREAT | O_EXCL | O_RDWR | flags, 0o600, size);
  expect(queue).toBeGreaterThanOrEqual(0);
  expect(libc.mqUnlink(name)).toBe(0);
  onTestFinished(() => {
    libc.close(queue);
  });
  return queue;
}

function ownSysv(): number {
  const queue = libc.msgget(libc.IPC_PRIVATE, libc.IPC_CREAT | 0o600);
  onTestFinished(() => {
    libc.msgRemove(queue);
  });
  return queue;
}

/** A System V message: 8 bytes of type, then the text. */
function message(type: bigint, text: string): Buffer {
  const bytes = Buffer.alloc(libc.MSG_TYPE_BYTES + text.length);
  bytes.writeBigInt64LE(type);
  bytes.write(text, libc.MSG_TYPE_BYTES);
  return bytes;
}

test("mq_open of a name that is not there is -ENOENT, and so is mq_unlink", () => {
  const name = `/libc-test-${process.pid}-none`;
  expect([libc.mqOpen(name, O_RDWR), libc.mqUnlink(name)]).toEqual([errno("ENOENT"), errno("ENOENT")]);
});

test("a POSIX queue has the size that it was made with, and counts its messages", () => {
  const queue = ownPosix(O_NONBLOCK);
  const size = { nonBlocking: true, maxMessages: 2, messageBytes: 16 };
  expect(libc.mqGetAttributes(queue)).toEqual({ ...size, currentMessages: 0 });
  expect(libc.mqSend(queue, Buffer.from("x"), 0, 0)).toBe(0);
  expect(libc.mqGetAttributes(queue)).toEqual({ ...size, currentMessages: 1 });
});

test("a POSIX message comes back with its bytes and its priority", () => {
  const queue = ownPosix();
  libc.mqSend(queue, Buffer.from("low"), 1, 0);
  libc.mqSend(queue, Buffer.from("high!"), 32_767, 0);
  const buffer = Buffer.alloc(16);
  const priority = new Uint32Array(1);
  expect([libc.mqReceive(queue, buffer, priority, 0), priority[0], buffer.toString("latin1", 0, 5)]).toEqual([
    5,
    32_767,
    "high!",
  ]);
});

test("without waiting and with a deadline, an empty and a full POSIX queue are -EAGAIN or -ETIMEDOUT", async () => {
  const buffer = Buffer.alloc(16);
  const priority = new Uint32Array(1);
  const [waits, refuses] = [ownPosix(), ownPosix(O_NONBLOCK)];
  expect(libc.mqReceive(waits, buffer, priority, 1)).toBe(errno("ETIMEDOUT"));
  expect(libc.mqReceive(refuses, buffer, priority, Number.POSITIVE_INFINITY)).toBe(errno("EAGAIN"));
  expect(await libc.mqReceiveInPool(waits, buffer, priority, 1)).toBe(errno("ETIMEDOUT"));
  for (const queue of [waits, refuses]) for (let i = 0; i < 2; i++) libc.mqSend(queue, buffer, 0, 0);
  expect(libc.mqSend(waits, buffer, 0, 1)).toBe(errno("ETIMEDOUT"));
  expect(libc.mqSend(refuses, buffer, 0, Number.POSITIVE_INFINITY)).toBe(errno("EAGAIN"));
});

test("mq_notify takes a signal, and takes it back", () => {
  const queue = ownPosix();
  expect(libc.mqNotify(queue, 0)).toBe(0);
  expect(libc.mqNotify(queue, 0)).toBe(errno("EBUSY"));
  expect([libc.mqNotify(queue, null), libc.mqNotify(queue, 0)]).toEqual([0, 0]);
});

test("a System V message comes back with its type and its text", async () => {
  const queue = ownSysv();
  expect(libc.msgsnd(queue, message(5n, "hello"))).toBe(0);
  expect(libc.msgsnd(queue, message(7n, "you"))).toBe(0);
  const buffer = Buffer.alloc(32);
  expect(libc.msgrcv(queue, buffer, 7)).toBe(3);
  expect([buffer.readBigInt64LE(), buffer.toString("latin1", 8, 11)]).toEqual([7n, "you"]);
  expect(await libc.msgrcvInPool(queue, buffer, 0, libc.IPC_NOWAIT)).toBe(5);
  expect(libc.msgrcv(queue, buffer, 0, libc.IPC_NOWAIT)).toBe(errno("ENOMSG"));
});

test("the state of a System V queue is told, changed, and gone with the queue", () => {
  const queue = ownSysv();
  libc.msgsnd(queue, message(1n, "hello"));
  const state = libc.msgStat(queue);
  expect(state).toMatchObject({
    key: 0,
    uid: process.getuid?.(),
    mode: 0o600,
    bytes: 5,
    messages: 1,
    lastSender: process.pid,
    lastReceiver: 0,
  });
  expect(libc.msgSetMaxBytes(queue, 100)).toBe(0);
  expect(libc.msgStat(queue)).toMatchObject({ maxBytes: 100, messages: 1 });
  expect(libc.msgRemove(queue)).toBe(0);
  expect([libc.msgStat(queue), libc.msgRemove(queue)]).toEqual([errno("EINVAL"), errno("EINVAL")]);
});

test("ftok is the project's 8 bits, 8 of the device, 16 of the inode", () => {
  expect(libc.ftok("/", 0x12) >>> 24).toBe(0x12);
  expect(libc.ftok("/", 0x112)).toBe(libc.ftok("/", 0x12));
  expect(libc.ftok("/no/such/file", 1)).toBe(errno("ENOENT"));
});

test("a watched descriptor tells each time it is ready, until it is stopped, also inside the call", async () => {
  const [readEnd, writeEnd] = libc.pipe2() as [number, number];
  let calls = 0;
  const watch = libc.watchDescriptor(readEnd, { readable: true }, () => {
    calls++;
    libc.read(readEnd, new Uint8Array(1));
    if (calls === 2) watch.stop();
  });
  libc.write(writeEnd, Buffer.from("abc"));
  await vi.waitUntil(() => calls === 2);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toBe(2);
  watch.stop();
  for (const fd of [readEnd, writeEnd]) libc.close(fd);
});

test("a soft limit is set and read back; over the hard one is refused", () => {
  const before = libc.resourceLimit("messageQueueBytes");
  onTestFinished(() => {
    libc.setSoftLimit("messageQueueBytes", before.soft);
  });
  expect(libc.setSoftLimit("messageQueueBytes", 1_000)).toBe(0);
  expect(libc.resourceLimit("messageQueueBytes")).toEqual({ soft: 1_000, hard: before.hard });
  if (Number.isFinite(before.hard))
    expect(libc.setSoftLimit("messageQueueBytes", before.hard + 1)).toBe(errno("EINVAL"));
});
