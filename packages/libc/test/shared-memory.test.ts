import {
  addSeals,
  close,
  ERRNO,
  F_SEAL_SHRINK,
  ftruncate,
  futexWait,
  futexWake,
  getSeals,
  IPC_PRIVATE,
  MAP_ANONYMOUS,
  MAP_SHARED,
  memfdCreate,
  memoryMaps,
  mmap,
  munmap,
  PROT_READ,
  shmat,
  shmdt,
  shmget,
  shmRemove,
  shmStat,
} from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

function anonymous(bytes = 4096) {
  const mapping = mmap(-1, bytes, { flags: MAP_SHARED | MAP_ANONYMOUS });
  if (typeof mapping === "number") throw new Error(`mmap: ${mapping}`);
  onTestFinished(() => void munmap(mapping));
  return mapping;
}

function memfd(bytes: number, sealable = false): number {
  const fd = memfdCreate("test", { sealable });
  onTestFinished(() => void close(fd));
  expect(ftruncate(fd, bytes)).toBe(0);
  return fd;
}

test("two mappings of one object show the same bytes at different addresses", () => {
  const fd = memfd(4096);
  const [one, other] = [mmap(fd, 4096), mmap(fd, 4096)];
  if (typeof one === "number" || typeof other === "number") throw new Error("mmap");
  new Uint8Array(one.buffer)[7] = 42;
  expect(new Uint8Array(other.buffer)[7]).toBe(42);
  expect(one.address).not.toBe(other.address);
  const addresses = memoryMaps(process.pid)
    ?.filter(({ path }) => path.includes("memfd:test"))
    .map(({ start }) => start);
  expect(addresses?.sort()).toEqual([one.address, other.address].sort());
  munmap(one);
  munmap(other);
});

test("after munmap every view is empty, a late read gives undefined, and a late Atomics call throws", () => {
  const mapping = anonymous();
  const words = new Int32Array(mapping.buffer);
  const part = new Uint8Array(mapping.buffer, 8, 16);
  words[0] = 7;
  expect(munmap(mapping)).toBe(0);
  expect([words.length, part.length, mapping.buffer.byteLength]).toEqual([0, 0, 0]);
  expect(words[0]).toBeUndefined();
  expect(() => Atomics.load(words, 0)).toThrow(TypeError);
  expect(munmap(mapping)).toBe(-(ERRNO.EINVAL as number));
});

test("mmap of 0 bytes is EINVAL, of a bad descriptor EBADF", () => {
  expect(mmap(-1, 0, { flags: MAP_SHARED | MAP_ANONYMOUS })).toBe(-(ERRNO.EINVAL as number));
  expect(mmap(-1, 4096)).toBe(-(ERRNO.EBADF as number));
});

test("a mapping may be asked for reading alone", () => {
  const mapping = mmap(memfd(4096), 4096, { protection: PROT_READ });
  if (typeof mapping === "number") throw new Error("mmap");
  expect(memoryMaps(process.pid)?.find(({ start }) => start === mapping.address)?.permissions).toBe("r--s");
  munmap(mapping);
});

test("a seal stays, and the kernel holds to it", () => {
  const fd = memfd(4096, true);
  expect(getSeals(fd)).toBe(0);
  expect(addSeals(fd, F_SEAL_SHRINK)).toBe(0);
  expect(getSeals(fd)).toBe(F_SEAL_SHRINK);
  expect(ftruncate(fd, 100)).toBe(-(ERRNO.EPERM as number));
});

test("a System V segment is attached, counted, detached and removed", () => {
  const segment = shmget(IPC_PRIVATE, 100, 0o600);
  onTestFinished(() => void shmRemove(segment));
  const memory = shmat(segment, 100);
  if (typeof memory === "number") throw new Error("shmat");
  const bytes = new Uint8Array(memory.buffer);
  bytes[99] = 1;
  expect(shmStat(segment)).toMatchObject({
    attachments: 1,
    bytes: 100,
    mode: 0o600,
    removed: false,
    creator: process.pid,
    lastUser: process.pid,
  });
  expect(shmRemove(segment)).toBe(0);
  expect(shmStat(segment)).toMatchObject({ removed: true, attachments: 1 });
  expect(shmdt(memory)).toBe(0);
  expect(bytes.length).toBe(0);
  expect(shmStat(segment)).toBe(-(ERRNO.EINVAL as number));
});

test("a futex sleeps only while the word holds what was expected", () => {
  const word = new Int32Array(anonymous().buffer, 0, 1);
  expect(futexWait(word, 1, Number.POSITIVE_INFINITY)).toBe(-(ERRNO.EAGAIN as number));
  expect(futexWait(word, 0, 1)).toBe(-(ERRNO.ETIMEDOUT as number));
  expect(futexWake(word, 1)).toBe(0);
});
