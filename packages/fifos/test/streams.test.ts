import { once } from "node:events";
import {
  makeFifo,
  openReadEndNow,
  openReadEndWithin,
  openWriteEndNow,
  openWriteEndWithin,
} from "@ipc-playground/fifos";
import { openDescriptors } from "@ipc-playground/libc";
import { expect, test } from "vitest";
import { ownFifo } from "./own-fifo.ts";

const BYTES = 300_000;
const WITHIN_MS = 10_000;

test("the event loop carries more through a FIFO than it holds, and closes both ends", async () => {
  const path = ownFifo();
  const before = openDescriptors(process.pid)?.length;
  const [readEnd, writeEnd] = await Promise.all([
    openReadEndWithin(path, WITHIN_MS),
    openWriteEndWithin(path, WITHIN_MS),
  ]);
  const sent = Buffer.alloc(BYTES, "0123456789");
  const output = writeEnd.toStream();
  output.end(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of readEnd.toStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  expect(output.destroyed).toBe(true);
  expect(openDescriptors(process.pid)?.length).toBe(before);
});

test("a stream that is read before any writer came waits for one, and ends when the last has left", async () => {
  const path = ownFifo();
  const input = openReadEndNow(path).toStream();
  let said = "";
  input.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const end = once(input, "end");
  using first = await openWriteEndWithin(path, WITHIN_MS);
  using second = await openWriteEndWithin(path, WITHIN_MS);
  first.write(Buffer.from("one "));
  first.close();
  second.write(Buffer.from("two"));
  second.close();
  await end;
  expect(said).toBe("one two");
});

test("a stream whose last reader has left fails with EPIPE at its next write", async () => {
  const path = ownFifo();
  const reader = openReadEndNow(path);
  const output = openWriteEndNow(path).toStream();
  reader.close();
  output.write("x");
  expect(await once(output, "error")).toMatchObject([{ code: "EPIPE" }]);
});

test("an end that was handed over is closed for its old owner", () => {
  const readEnd = openReadEndNow(ownFifo());
  const stream = readEnd.toStream();
  expect(readEnd.closed).toBe(true);
  stream.destroy();
});

test("readable waits for bytes or end-of-file, and gives up in time", async () => {
  using fifo = makeFifo(`${ownFifo()}-2`);
  using reader = openReadEndNow(fifo.path);
  expect(await reader.readable(1)).toBe(false);
  using writer = openWriteEndNow(fifo.path);
  expect(await reader.readable(1)).toBe(false);
  const later = reader.readable(WITHIN_MS);
  writer.write(Buffer.from("x"));
  expect(await later).toBe(true);
  reader.readFully(new Uint8Array(1));
  const end = reader.readable(WITHIN_MS);
  writer.close();
  expect(await end).toBe(true);
});
