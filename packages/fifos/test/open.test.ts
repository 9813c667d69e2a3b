import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import {
  openReadEnd,
  openReadEndNow,
  openReadEndWithin,
  openWriteEndNow,
  openWriteEndWithin,
} from "@ipc-playground/fifos";
import { getStatusFlags, O_NONBLOCK, openDescriptors } from "@ipc-playground/libc";
import { expect, test } from "vitest";
import { codeOfError, ownFifo } from "./own-fifo.ts";

const WITHIN_MS = 10_000;

test("within a deadline: nobody comes, and nothing stays open", async () => {
  const path = ownFifo();
  const before = openDescriptors(process.pid)?.length;
  expect(await openReadEndWithin(path, 20).catch(codeOfError)).toBe("FIFO_NO_WRITER");
  expect(await openWriteEndWithin(path, 20).catch(codeOfError)).toBe("FIFO_NO_READER ENXIO");
  expect(await openWriteEndWithin(path, 0).catch(codeOfError)).toBe("FIFO_NO_READER ENXIO");
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("within a deadline, both sides find each other in one process", async () => {
  const path = ownFifo();
  const opening = [openReadEndWithin(path, WITHIN_MS), openWriteEndWithin(path, WITHIN_MS)] as const;
  using reader = await opening[0];
  using writer = await opening[1];
  writer.write(Buffer.from("x"));
  expect(reader.read(new Uint8Array(8))).toEqual({ kind: "bytes", bytes: 1 });
});

test("a reader with a deadline finds a writer who is silent, and takes none of one who is not", async () => {
  const path = ownFifo();
  const opening = openReadEndWithin(path, WITHIN_MS);
  using writer = openWriteEndNow(path);
  using reader = await opening;
  expect(reader.readableNow()).toBe(false);
  writer.write(Buffer.from("abc"));
  using second = await openReadEndWithin(path, WITHIN_MS);
  expect(second.read(new Uint8Array(8))).toEqual({ kind: "bytes", bytes: 3 });
});

test("a reader with a deadline finds a writer who has left already, as a blocking open would", async () => {
  const path = ownFifo();
  const opening = openReadEndWithin(path, WITHIN_MS);
  openWriteEndNow(path).close();
  using reader = await opening;
  expect(reader.read(new Uint8Array(8))).toEqual({ kind: "end-of-file" });
});

test("a reader that sleeps in open counts: a writer need not wait for it", async () => {
  const path = ownFifo();
  const cat = spawn("cat", [path], { stdio: ["ignore", "pipe", "inherit"] });
  using writer = await openWriteEndWithin(path, WITHIN_MS);
  writer.write(Buffer.from("x"));
  writer.close();
  expect((await cat.stdout.toArray()).join("")).toBe("x");
});

test("how open waited says nothing about how read waits", async () => {
  const path = ownFifo();
  const isNonBlocking = (end: { fd: number }) => (getStatusFlags(end.fd) & O_NONBLOCK) !== 0;
  using now = openReadEndNow(path);
  using nowNonBlocking = openReadEndNow(path, { nonBlocking: true });
  using within = await openWriteEndWithin(path, WITHIN_MS);
  using blocking = openReadEnd(path);
  using blockingNonBlocking = openReadEnd(path, { nonBlocking: true });
  expect([now, nowNonBlocking, within, blocking, blockingNonBlocking].map(isNonBlocking)).toEqual([
    false,
    true,
    false,
    false,
    true,
  ]);
});

test("waiting for twenty peers takes no thread of the pool: file calls go on", async () => {
  const path = ownFifo();
  const waiting = Array.from({ length: 20 }, () => openReadEndWithin(path, WITHIN_MS));
  expect((await stat(path)).isFIFO()).toBe(true);
  expect(threadsIn("openat")).toBe(0);
  using _writer = openWriteEndNow(path);
  for (const reader of await Promise.all(waiting)) reader.close();
});

/** How many threads of this process are in that system call. */
function threadsIn(syscall: "openat"): number {
  const number = { openat: process.arch === "x64" ? 257 : 56 }[syscall];
  return readdirSync("/proc/self/task").filter((tid) => {
    // This thread is in openat itself, to read the file.
    if (Number(tid) === process.pid) return false;
    return readFileSync(`/proc/self/task/${tid}/syscall`, "utf8").startsWith(`${number} `);
  }).length;
}
