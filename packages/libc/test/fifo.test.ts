import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as libc from "@ipc-playground/libc";
import { expect, onTestFinished, test } from "vitest";

const minus = (symbol: string) => -(libc.ERRNO[symbol] as number);

function ownFifo(): string {
  const folder = mkdtempSync(join(tmpdir(), "libc-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "fifo");
  expect(libc.mkfifo(path, 0o600)).toBe(0);
  return path;
}

function opened(path: string, flags: number): number {
  const fd = libc.open(path, flags | libc.O_NONBLOCK);
  expect(fd).toBeGreaterThan(2);
  onTestFinished(() => {
    libc.close(fd);
  });
  return fd;
}

test("mkfifo makes a FIFO, once, and errors are returned", () => {
  const path = ownFifo();
  expect(statSync(path).isFIFO()).toBe(true);
  expect(libc.mkfifo(path, 0o600)).toBe(minus("EEXIST"));
  expect(libc.mkfifo(join(path, "x"), 0o600)).toBe(minus("ENOTDIR"));
});

test("open gives a descriptor that no child inherits, or minus the error number", () => {
  const path = ownFifo();
  expect(libc.open(path, libc.O_WRONLY | libc.O_NONBLOCK)).toBe(minus("ENXIO"));
  expect(libc.open(`${path}-2`, libc.O_RDONLY)).toBe(minus("ENOENT"));
  const fd = opened(path, libc.O_RDWR);
  expect((libc.getStatusFlags(fd) & libc.O_ACCMODE) === libc.O_RDWR).toBe(true);
  expect((libc.descriptorFlags(process.pid, fd) ?? 0) & libc.O_CLOEXEC).not.toBe(0);
});

test("tee copies and leaves the bytes, and tells a silent writer from none", () => {
  const path = ownFifo();
  const reader = opened(path, libc.O_RDONLY);
  const copies = libc.pipe2() as [number, number];
  onTestFinished(() => {
    for (const fd of copies) libc.close(fd);
  });
  expect(libc.tee(reader, copies[1], 8)).toBe(0);
  const writer = opened(path, libc.O_WRONLY);
  expect(libc.tee(reader, copies[1], 8)).toBe(minus("EAGAIN"));
  libc.write(writer, Buffer.from("abc"));
  expect(libc.tee(reader, copies[1], 2)).toBe(2);
  expect(libc.read(reader, new Uint8Array(8))).toBe(3);
});

test("readFully goes on until the buffer is full or the end has come, writeFully until all is taken", () => {
  const [readEnd, writeEnd] = libc.pipe2() as [number, number];
  onTestFinished(() => {
    libc.close(readEnd);
  });
  expect(libc.writeFully(writeEnd, Buffer.from("ab"))).toBe(2);
  expect(libc.writeFully(writeEnd, new Uint8Array())).toBe(0);
  expect(libc.writeFully(writeEnd, Buffer.from("cdefg"))).toBe(5);
  libc.close(writeEnd);
  const buffer = Buffer.alloc(5);
  expect(libc.readFully(readEnd, buffer)).toBe(5);
  expect(buffer.toString()).toBe("abcde");
  expect(libc.readFully(readEnd, buffer)).toBe(2);
  expect(libc.readFully(readEnd, buffer)).toBe(0);
  expect(libc.readFully(-1, buffer)).toBe(minus("EBADF"));
  expect(libc.writeFully(writeEnd, buffer)).toBe(minus("EBADF"));
});

test("a process that asked for it is ended by SIGIO when the last writer of a FIFO goes", async () => {
  const path = ownFifo();
  const writer = libc.open(path, libc.O_RDWR | libc.O_NONBLOCK);
  const program = `
    const { open, O_RDONLY, O_NONBLOCK, signalOnInput, poll } = await import("@ipc-playground/libc");
    const fd = open(${JSON.stringify(path)}, O_RDONLY | O_NONBLOCK);
    console.log(signalOnInput(fd));
    poll([], 20_000); // asleep in a blocking call, where no handler in JavaScript would run
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: new URL(".", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  expect(String(await once(child.stdout, "data"))).toBe("0\n");
  libc.close(writer);
  expect(await exit).toEqual([null, "SIGIO"]);
});
