import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

function ownPipe(flags?: number): [number, number] {
  const fds = libc.pipe2(flags) as [number, number];
  onTestFinished(() => {
    for (const fd of fds) libc.close(fd);
  });
  return fds;
}

test("both ends of a pipe have one name in /proc, and their own access mode", () => {
  const [readEnd, writeEnd] = ownPipe();
  const name = libc.descriptorTarget(process.pid, readEnd);
  expect(name).toMatch(/^pipe:\[\d+\]$/);
  expect(libc.descriptorTarget(process.pid, writeEnd)).toBe(name);
  const modeOf = (fd: number) => (libc.descriptorFlags(process.pid, fd) ?? -1) & libc.O_ACCMODE;
  expect([modeOf(readEnd), modeOf(writeEnd)]).toEqual([0, 1]);
});

test("a pipe made with O_CLOEXEC is not inheritable until it is made so", () => {
  const [readEnd] = ownPipe();
  const isCloseOnExec = () => ((libc.descriptorFlags(process.pid, readEnd) ?? 0) & libc.O_CLOEXEC) !== 0;
  expect(isCloseOnExec()).toBe(true);
  libc.setInheritable(readEnd, true);
  expect(isCloseOnExec()).toBe(false);
});

test("O_NONBLOCK goes on and off, and leaves the other flags alone", () => {
  const [readEnd] = ownPipe(libc.O_CLOEXEC | libc.O_DIRECT);
  const before = libc.getStatusFlags(readEnd);
  libc.setNonBlocking(readEnd, true);
  expect(libc.getStatusFlags(readEnd)).toBe(before | libc.O_NONBLOCK);
  libc.setNonBlocking(readEnd, false);
  expect(libc.getStatusFlags(readEnd)).toBe(before);
});

test("a pipe's size is rounded up to a power of two of pages", () => {
  const [readEnd, writeEnd] = ownPipe();
  expect(libc.getPipeSize(readEnd)).toBe(65_536);
  expect(libc.setPipeSize(writeEnd, 5_000)).toBe(8_192);
});

test("an append-only memfd is a file without a path", () => {
  const fd = libc.memfdCreate("test");
  onTestFinished(() => {
    libc.close(fd);
  });
  expect(libc.descriptorTarget(process.pid, fd)).toBe("/memfd:test (deleted)");
});
