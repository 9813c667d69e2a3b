import { spawn } from "node:child_process";
import { once } from "node:events";
import { IpcError } from "@ipc-playground/contract";
import { blockedCall, openDescriptors, processStat } from "@ipc-playground/libc";
import {
  capacity,
  DEFAULT_CAPACITY_BYTES,
  maxCapacityBytes,
  type OpenPipeOptions,
  openPipe,
  PIPE_BUF_BYTES,
  setCapacity,
} from "@ipc-playground/pipes";
import { expect, onTestFinished, test, vi } from "vitest";

function ownPipe(options?: OpenPipeOptions) {
  const pipe = openPipe(options);
  onTestFinished(() => pipe[Symbol.dispose]());
  return pipe;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof IpcError) return `${error.code} ${error.errno ?? ""}`.trim();
  }
  return "nothing was thrown";
}

test("no reader is EPIPE", () => {
  const { readEnd, writeEnd } = ownPipe();
  readEnd.close();
  expect(codeOf(() => writeEnd.write(Buffer.from("x")))).toBe("PIPE_NO_READER EPIPE");
});

test("no reader is SIGPIPE for a program that has not asked otherwise", async () => {
  const { readEnd, writeEnd } = ownPipe();
  const yes = spawn("yes", { stdio: ["ignore", writeEnd.fd, "ignore"] });
  readEnd.close();
  expect(await once(yes, "exit")).toEqual([null, "SIGPIPE"]);
});

test("writers gone means drain, then end-of-file, again and again", () => {
  const { readEnd, writeEnd } = ownPipe();
  writeEnd.write(Buffer.from("rest"));
  writeEnd.close();
  const buffer = new Uint8Array(3);
  expect([readEnd.read(buffer), readEnd.read(buffer), readEnd.read(buffer), readEnd.read(buffer)]).toEqual([
    { kind: "bytes", bytes: 3 },
    { kind: "bytes", bytes: 1 },
    { kind: "end-of-file" },
    { kind: "end-of-file" },
  ]);
});

test("a full non-blocking pipe is EAGAIN, as a value, and an empty one too", () => {
  const { readEnd, writeEnd } = ownPipe({ nonBlocking: true });
  expect(readEnd.read(new Uint8Array(1))).toEqual({ kind: "would-block" });
  expect(writeEnd.write(new Uint8Array(DEFAULT_CAPACITY_BYTES))).toEqual({
    kind: "written",
    bytes: DEFAULT_CAPACITY_BYTES,
  });
  expect(writeEnd.write(new Uint8Array(1))).toEqual({ kind: "would-block" });
});

test("a full blocking pipe puts its writer to sleep until there is room", async () => {
  const { readEnd, writeEnd } = ownPipe();
  writeEnd.write(new Uint8Array(DEFAULT_CAPACITY_BYTES));
  const writer = spawn("printf", ["x"], { stdio: ["ignore", writeEnd.fd, "ignore"] });
  const exit = once(writer, "exit");
  const pid = writer.pid as number;
  await vi.waitUntil(() => processStat(pid)?.state === "S" && blockedCall(pid)?.syscall === "write", {
    timeout: 10_000,
    interval: 2,
  });
  readEnd.readFully(new Uint8Array(PIPE_BUF_BYTES));
  expect(await exit).toEqual([0, null]);
});

test("a non-blocking write of up to PIPE_BUF bytes is all or nothing", () => {
  const { writeEnd } = ownPipe({ nonBlocking: true, capacityBytes: 2 * PIPE_BUF_BYTES });
  writeEnd.write(new Uint8Array(PIPE_BUF_BYTES + 1));
  expect(writeEnd.write(new Uint8Array(PIPE_BUF_BYTES))).toEqual({ kind: "would-block" });
});

test("three writes come out of one read, and in packet mode out of three", () => {
  const counts = (packetMode: boolean) => {
    const { readEnd, writeEnd } = ownPipe({ packetMode });
    for (const word of ["one", "two", "three"]) writeEnd.write(Buffer.from(word));
    writeEnd.close();
    const buffer = new Uint8Array(64);
    const bytes: number[] = [];
    for (let got = readEnd.read(buffer); got.kind === "bytes"; got = readEnd.read(buffer))
      bytes.push(got.bytes);
    return bytes;
  };
  expect(counts(false)).toEqual([11]);
  expect(counts(true)).toEqual([3, 3, 5]);
});

test("a new pipe holds 64 KiB, and what is asked for is rounded up to a power of two of pages", () => {
  const { readEnd, writeEnd } = ownPipe();
  expect(capacity(readEnd)).toBe(DEFAULT_CAPACITY_BYTES);
  expect(setCapacity(writeEnd, 1)).toBe(4_096);
  expect(setCapacity(readEnd, 100_000)).toBe(131_072);
  expect(capacity(writeEnd)).toBe(131_072);
});

test("a pipe does not shrink below what is in it, and keeps every byte", () => {
  const { readEnd, writeEnd } = ownPipe();
  writeEnd.write(new Uint8Array(10_000));
  expect(codeOf(() => setCapacity(writeEnd, 4_096))).toBe("PIPE_CAPACITY_REFUSED EBUSY");
  expect(readEnd.readFully(new Uint8Array(10_000))).toBe(10_000);
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 31])(
  "a capacity of %s bytes is refused before the kernel sees it",
  (bytes) => {
    const { writeEnd } = ownPipe();
    expect(codeOf(() => setCapacity(writeEnd, bytes))).toBe("BAD_ARGUMENT");
  },
);

test("a pipe whose capacity is refused is not left open", () => {
  const before = openDescriptors(process.pid)?.length;
  expect(codeOf(() => openPipe({ capacityBytes: 0 }))).toBe("BAD_ARGUMENT");
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("the largest capacity a plain user may ask for is the one in /proc", () => {
  expect(setCapacity(ownPipe().writeEnd, maxCapacityBytes())).toBe(maxCapacityBytes());
});

test("using an end after close is an error, and closing twice is not", () => {
  const { readEnd, writeEnd } = ownPipe();
  writeEnd.close();
  writeEnd.close();
  expect(writeEnd.closed).toBe(true);
  expect(codeOf(() => writeEnd.write(Buffer.from("x")))).toBe("ALREADY_CLOSED");
  readEnd.close();
  expect(codeOf(() => readEnd.read(new Uint8Array(1)))).toBe("ALREADY_CLOSED");
});

test("`using` closes both ends", () => {
  const before = openDescriptors(process.pid)?.length;
  {
    using _pipe = openPipe();
    expect(openDescriptors(process.pid)?.length).toBe((before ?? 0) + 2);
  }
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("both ends have one name", () => {
  const { readEnd, writeEnd } = ownPipe();
  expect(readEnd.name).toMatch(/^pipe:\[\d+\]$/);
  expect(writeEnd.name).toBe(readEnd.name);
});

test("a child gets only the end that it is handed; an inheritable pipe reaches every child", async () => {
  const seenBy = async (inheritable: boolean) => {
    const { readEnd } = ownPipe({ inheritable });
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    const pid = child.pid as number;
    const exit = once(child, "exit");
    await vi.waitUntil(() => blockedCall(pid)?.syscall === "clock_nanosleep", {
      timeout: 10_000,
      interval: 2,
    });
    const held = openDescriptors(pid)?.filter(({ target }) => target === readEnd.name).length;
    child.kill("SIGKILL");
    await exit;
    return held;
  };
  expect(await seenBy(false)).toBe(0);
  expect(await seenBy(true)).toBe(2);
});
