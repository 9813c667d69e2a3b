import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  ERRNO,
  IPC_NOWAIT,
  IPC_PRIVATE,
  MAP_ANONYMOUS,
  MAP_SHARED,
  mmap,
  munmap,
  prepareOperations,
  SEM_T_BYTES,
  semClose,
  semDestroy,
  semGetValue,
  semget,
  semInit,
  semLastPid,
  semOpen,
  semop,
  semPost,
  semRemove,
  semSetMode,
  semSetValues,
  semStat,
  semTryWait,
  semUnlink,
  semValue,
  semValues,
  semWait,
  semWaiters,
  semWaitInPool,
  semZeroWaiters,
} from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

const EAGAIN = -(ERRNO.EAGAIN as number);

function set(...values: number[]): number {
  const id = semget(IPC_PRIVATE, values.length, 0o600);
  onTestFinished(() => void semRemove(id));
  expect(semSetValues(id, values)).toBe(0);
  return id;
}

test("semop does all of its operations or none", () => {
  const id = set(1, 0);
  const both = prepareOperations([
    { index: 0, change: -1, flags: IPC_NOWAIT },
    { index: 1, change: -1, flags: IPC_NOWAIT },
  ]);
  expect(semop(id, both)).toBe(EAGAIN);
  expect(semValues(id, 2)).toEqual([1, 0]);
  semSetValues(id, [1, 1]);
  expect(semop(id, both)).toBe(0);
  expect(semValues(id, 2)).toEqual([0, 0]);
});

test("a timed semop gives up with EAGAIN", () => {
  expect(semop(set(0), prepareOperations([{ index: 0, change: -1 }]), 1)).toBe(EAGAIN);
});

test("the kernel tells of a set: values, waiters, last process, mode", () => {
  const id = set(3, 7);
  expect(semStat(id)).toMatchObject({ count: 2, mode: 0o600, lastOperation: 0 });
  semop(id, prepareOperations([{ index: 1, change: 1 }]));
  expect((semStat(id) as { lastOperation: number }).lastOperation).toBeGreaterThan(1e9);
  expect([semValue(id, 0), semValue(id, 1)]).toEqual([3, 8]);
  expect([semLastPid(id, 1), semWaiters(id, 0), semZeroWaiters(id, 0)]).toEqual([process.pid, 0, 0]);
  expect(semSetMode(id, 0o640)).toBe(0);
  expect(semStat(id)).toMatchObject({ mode: 0o640, count: 2 });
});

test("a named semaphore opened twice in one process is the same one", () => {
  const name = `/test-${randomUUID()}`;
  expect(semOpen(name, 0)).toBe(-(ERRNO.ENOENT as number));
  const one = semOpen(name, constants.O_CREAT | constants.O_EXCL, 0o600, 2);
  onTestFinished(() => void semUnlink(name));
  expect(semOpen(name, 0)).toBe(one);
  expect(semGetValue(one as bigint)).toBe(2);
  expect(semClose(one as bigint)).toBe(0);
  expect(semClose(one as bigint)).toBe(0);
});

test("an unnamed semaphore lives in shared memory", async () => {
  const mapping = mmap(-1, 4096, { flags: MAP_SHARED | MAP_ANONYMOUS });
  if (typeof mapping === "number") throw new Error("mmap");
  onTestFinished(() => void munmap(mapping));
  const semaphore = new Uint8Array(mapping.buffer, 64, SEM_T_BYTES);
  expect(semInit(semaphore, 1)).toBe(0);
  expect([semTryWait(semaphore), semTryWait(semaphore)]).toEqual([0, EAGAIN]);
  expect(semWait(semaphore, 1)).toBe(-(ERRNO.ETIMEDOUT as number));
  expect(semPost(semaphore)).toBe(0);
  expect(await semWaitInPool(semaphore, 1_000)).toBe(0);
  expect(semGetValue(semaphore)).toBe(0);
  expect(semDestroy(semaphore)).toBe(0);
});
