import { spawn } from "node:child_process";
import { once } from "node:events";
import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

function ownPipe(flags?: number): [number, number] {
  const fds = libc.pipe2(flags) as [number, number];
  onTestFinished(() => {
    for (const fd of fds) libc.close(fd);
  });
  return fds;
}

test("what is written is read, byte for byte, into the caller's own buffer", () => {
  const [readEnd, writeEnd] = ownPipe();
  expect(libc.write(writeEnd, Buffer.from("hello"))).toBe(5);
  const buffer = new Uint8Array(8);
  expect(libc.read(readEnd, buffer)).toBe(5);
  expect(Buffer.from(buffer).toString("latin1")).toBe("hello\0\0\0");
});

test("a failed call returns minus its error number", () => {
  expect(libc.read(1_000_000, new Uint8Array(1))).toBe(-(libc.ERRNO.EBADF as number));
  expect(libc.close(1_000_000)).toBe(-(libc.ERRNO.EBADF as number));
  expect(libc.pipe2(-1)).toBe(-(libc.ERRNO.EINVAL as number));
});

test("an error number has the kernel's symbol and libc's sentence", () => {
  expect(libc.errnoSymbol(32)).toBe("EPIPE");
  expect(libc.errnoText(32)).toBe("Broken pipe");
  expect(libc.errnoSymbol(11)).toBe("EAGAIN");
});

test("check throws an IpcError that says what was tried and names the manual page", () => {
  const call = () => libc.check(-32, { syscall: "write", doing: "write to the pipe" });
  expect(call).toThrow(
    "cannot write to the pipe: Broken pipe (EPIPE); man 2 write says when write fails with EPIPE",
  );
});

test("EPERM and EACCES have a code of their own", () => {
  expect(libc.callError(-1, { syscall: "kill", doing: "signal pid 1" }).code).toBe("NO_PERMISSION");
});

test("poll tells what is ready, and 0 when time is up", () => {
  const [readEnd, writeEnd] = ownPipe();
  const both = [
    { fd: readEnd, events: libc.POLLIN },
    { fd: writeEnd, events: libc.POLLOUT },
  ];
  expect(libc.poll(both, 0)).toEqual([0, libc.POLLOUT]);
  libc.write(writeEnd, Buffer.from("x"));
  expect(libc.poll(both, 0)).toEqual([libc.POLLIN, libc.POLLOUT]);
});

test("pollAsync wakes up for what comes later, and the event loop runs meanwhile", async () => {
  const [readEnd, writeEnd] = ownPipe();
  let turns = 0;
  const turn = setInterval(() => {
    turns++;
    if (turns === 3) libc.write(writeEnd, Buffer.from("x"));
  }, 1);
  onTestFinished(() => clearInterval(turn));
  expect(await libc.pollAsync([{ fd: readEnd, events: libc.POLLIN }], 10_000)).toEqual([libc.POLLIN]);
  expect(turns).toBeGreaterThanOrEqual(3);
});

test("a call in the thread pool keeps its errno, whatever the main thread does meanwhile", async () => {
  const dup = libc.bind<(fd: number) => number>("int dup(int oldfd)");
  const calls = Array.from({ length: 50 }, () => libc.callInPool(dup, 1_000_000));
  // EPIPE here must not become the others' errno.
  const [readEnd, writeEnd] = libc.pipe2() as [number, number];
  libc.close(readEnd);
  expect(libc.write(writeEnd, Buffer.from("x"))).toBe(-(libc.ERRNO.EPIPE as number));
  libc.close(writeEnd);
  expect(new Set(await Promise.all(calls))).toEqual(new Set([-(libc.ERRNO.EBADF as number)]));
});

test("process.exit() is not held up for ever by a poll that has no end", async () => {
  const program = `import { pipe2, pollAsync, POLLIN } from "@ipc-playground/libc";
    const [readEnd] = pipe2();
    pollAsync([{ fd: readEnd, events: POLLIN }], 1e9);
    setImmediate(() => process.exit(7));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: import.meta.dirname });
  expect(await once(child, "exit")).toEqual([7, null]);
});
