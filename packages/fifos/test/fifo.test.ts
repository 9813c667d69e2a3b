import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  DEFAULT_CAPACITY_BYTES,
  makeFifo,
  openReadEndNow,
  openWriteEnd,
  openWriteEndNow,
  PIPE_BUF_BYTES,
} from "@ipc-playground/fifos";
import { blockedCall, openDescriptors, processStat } from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";
import { codeOf, ownFifo, ownFolder } from "./own-fifo.ts";

/** Both ends of one FIFO, in this process. */
function bothEnds(options?: { nonBlocking?: boolean }) {
  const path = ownFifo();
  const readEnd = openReadEndNow(path, options);
  const writeEnd = openWriteEndNow(path, options);
  onTestFinished(() => {
    readEnd.close();
    writeEnd.close();
  });
  return { path, readEnd, writeEnd };
}

function asleepIn(pid: number, syscall: string) {
  return vi.waitUntil(() => processStat(pid)?.state === "S" && blockedCall(pid)?.syscall === syscall, {
    timeout: 10_000,
    interval: 2,
  });
}

test("no reader is EPIPE", () => {
  const { readEnd, writeEnd } = bothEnds();
  readEnd.close();
  expect(codeOf(() => writeEnd.write(Buffer.from("x")))).toBe("PIPE_NO_READER EPIPE");
  expect(codeOf(() => writeEnd.writeFully(Buffer.from("x")))).toBe("PIPE_NO_READER EPIPE");
});

test("no reader is SIGPIPE for a program that has not asked otherwise", async () => {
  const { readEnd, writeEnd } = bothEnds();
  const yes = spawn("yes", { stdio: ["ignore", writeEnd.fd, "ignore"] });
  readEnd.close();
  expect(await once(yes, "exit")).toEqual([null, "SIGPIPE"]);
});

test("writers gone means drain, then end-of-file", () => {
  const { readEnd, writeEnd } = bothEnds();
  writeEnd.write(Buffer.from("rest"));
  writeEnd.close();
  const buffer = new Uint8Array(3);
  expect([readEnd.read(buffer), readEnd.read(buffer), readEnd.read(buffer)]).toEqual([
    { kind: "bytes", bytes: 3 },
    { kind: "bytes", bytes: 1 },
    { kind: "end-of-file" },
  ]);
});

test("end-of-file is not final: the next writer is read by the same end", () => {
  const { path, readEnd, writeEnd } = bothEnds();
  writeEnd.close();
  const buffer = new Uint8Array(8);
  expect(readEnd.read(buffer)).toEqual({ kind: "end-of-file" });
  using next = openWriteEndNow(path);
  next.write(Buffer.from("more"));
  expect(readEnd.read(buffer)).toEqual({ kind: "bytes", bytes: 4 });
});

test("a full non-blocking FIFO is EAGAIN, as a value, and an empty one too", () => {
  const { readEnd, writeEnd } = bothEnds({ nonBlocking: true });
  expect(readEnd.read(new Uint8Array(1))).toEqual({ kind: "would-block" });
  expect(writeEnd.write(new Uint8Array(DEFAULT_CAPACITY_BYTES))).toEqual({
    kind: "written",
    bytes: DEFAULT_CAPACITY_BYTES,
  });
  expect(writeEnd.write(new Uint8Array(1))).toEqual({ kind: "would-block" });
  expect(codeOf(() => writeEnd.writeFully(new Uint8Array(1)))).toBe("SYSTEM_CALL_FAILED EAGAIN");
});

test("a full blocking FIFO puts its writer to sleep until there is room", async () => {
  const { readEnd, writeEnd } = bothEnds();
  writeEnd.write(new Uint8Array(DEFAULT_CAPACITY_BYTES));
  const writer = spawn("printf", ["x"], { stdio: ["ignore", writeEnd.fd, "ignore"] });
  const exit = once(writer, "exit");
  await asleepIn(writer.pid as number, "write");
  readEnd.readFully(new Uint8Array(PIPE_BUF_BYTES));
  expect(await exit).toEqual([0, null]);
});

test("a non-blocking write of up to PIPE_BUF bytes is all or nothing", () => {
  const { writeEnd } = bothEnds({ nonBlocking: true });
  writeEnd.write(new Uint8Array(DEFAULT_CAPACITY_BYTES - PIPE_BUF_BYTES + 1));
  expect(writeEnd.write(new Uint8Array(PIPE_BUF_BYTES))).toEqual({ kind: "would-block" });
});

test("a non-blocking FIFO writer without a reader is ENXIO", () => {
  expect(codeOf(() => openWriteEndNow(ownFifo()))).toBe("FIFO_NO_READER ENXIO");
});

test("a non-blocking FIFO reader without a writer opens, and reads end-of-file", () => {
  using reader = openReadEndNow(ownFifo());
  expect(reader.readableNow()).toBe(false);
  expect(reader.read(new Uint8Array(1))).toEqual({ kind: "end-of-file" });
});

test("a blocking open for writing sleeps until somebody reads", async () => {
  const path = ownFifo();
  const writer = spawn("sh", ["-c", 'echo hello > "$0"', path], { stdio: "ignore" });
  await asleepIn(writer.pid as number, "openat");
  using reader = openReadEndNow(path);
  expect(Buffer.from(reader.readToEnd()).toString()).toBe("hello\n");
});

test("a blocking open returns at once where the other side is there", () => {
  const path = ownFifo();
  using _reader = openReadEndNow(path);
  using writer = openWriteEnd(path);
  expect(writer.write(Buffer.from("x"))).toEqual({ kind: "written", bytes: 1 });
});

test("closing a FIFO leaves its path; unlinking removes it", () => {
  const { path, readEnd, writeEnd } = bothEnds();
  readEnd.close();
  writeEnd.close();
  expect(statSync(path).isFIFO()).toBe(true);
  const other = makeFifo(`${path}-2`);
  other.unlink();
  expect(existsSync(other.path)).toBe(false);
  other.unlink();
});

test("what is in a FIFO is gone when all have closed it", () => {
  const { path, readEnd, writeEnd } = bothEnds();
  writeEnd.write(Buffer.from("lost"));
  writeEnd.close();
  readEnd.close();
  using reader = openReadEndNow(path);
  expect(reader.read(new Uint8Array(8))).toEqual({ kind: "end-of-file" });
});

test("`using` unlinks the path and closes the ends", () => {
  const path = join(ownFolder(), "fifo");
  const before = openDescriptors(process.pid)?.length;
  {
    using _fifo = makeFifo(path);
    using _reader = openReadEndNow(path);
    using _writer = openWriteEndNow(path);
    expect(openDescriptors(process.pid)?.length).toBe((before ?? 0) + 2);
  }
  expect(existsSync(path)).toBe(false);
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("a new FIFO is its owner's alone, unless asked otherwise, and the umask has its say", () => {
  const folder = ownFolder();
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  expect(modeOf(makeFifo(join(folder, "own")).path)).toBe(0o600);
  const umask = process.umask(0o022);
  onTestFinished(() => {
    process.umask(umask);
  });
  expect(modeOf(makeFifo(join(folder, "all"), { mode: 0o666 }).path)).toBe(0o644);
});

test("using an end after close is an error that names the path, and closing twice is not", () => {
  const { path, readEnd, writeEnd } = bothEnds();
  writeEnd.close();
  writeEnd.close();
  expect(() => writeEnd.write(Buffer.from("x"))).toThrow(`${path} is closed in this process`);
  readEnd.close();
  expect(codeOf(() => readEnd.read(new Uint8Array(1)))).toBe("ALREADY_CLOSED");
});

test("a child inherits an end only if it is handed over", () => {
  const { path, readEnd } = bothEnds();
  const listed = spawnSync("sh", ["-c", "ls -l /proc/self/fd"], { encoding: "utf8" }).stdout;
  expect(listed).not.toContain(path);
  const handed = spawnSync("sh", ["-c", "readlink /proc/self/fd/0"], {
    stdio: [readEnd.fd, "pipe", "inherit"],
  });
  expect(handed.stdout.toString().trim()).toBe(path);
});
