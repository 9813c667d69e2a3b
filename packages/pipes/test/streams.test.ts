import { openDescriptors } from "@ipc-playground/libc";
import { openPipe } from "@ipc-playground/pipes";
import { expect, test } from "vitest";

const BYTES = 300_000;

test("the event loop carries more through a pipe than it holds, and closes both ends", async () => {
  const before = openDescriptors(process.pid)?.length;
  const pipe = openPipe();
  const sent = Buffer.alloc(BYTES, "0123456789");
  const output = pipe.writeEnd.toStream();
  output.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of pipe.readEnd.toStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  expect(output.destroyed).toBe(true);
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("an end that was handed over is closed for its old owner", () => {
  const { readEnd, writeEnd } = openPipe();
  const stream = readEnd.toStream();
  expect(readEnd.closed).toBe(true);
  stream.destroy();
  writeEnd.close();
});

test("readable waits for bytes or end-of-file, and gives up in time", async () => {
  using pipe = openPipe();
  expect(await pipe.readEnd.readable(1)).toBe(false);
  expect(pipe.readEnd.readableNow()).toBe(false);
  const later = pipe.readEnd.readable(10_000);
  pipe.writeEnd.write(Buffer.from("x"));
  expect(await later).toBe(true);
  pipe.readEnd.readFully(new Uint8Array(1));
  const end = pipe.readEnd.readable(10_000);
  pipe.writeEnd.close();
  expect(await end).toBe(true);
});

test("readToEnd gives everything that was written, in order", () => {
  using pipe = openPipe();
  for (let i = 0; i < 10; i++) pipe.writeEnd.writeFully(Buffer.from(`${i}`.repeat(1_000)));
  pipe.writeEnd.close();
  expect(Buffer.from(pipe.readEnd.readToEnd()).toString()).toBe(
    "0123456789".replace(/./g, (digit) => digit.repeat(1_000)),
  );
});
