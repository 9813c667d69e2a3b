import { Readable } from "node:stream";
import { frames, lengthPrefixed, lines } from "@ipc-playground/framing";
import { expect, test } from "vitest";
import { byteByByte, hex, joined, text } from "./bytes.ts";

const codec = lengthPrefixed({ bytes: 1, max: 100 });

/** A source that counts how often it was asked, and says whether it was told to end. */
function counted(chunks: readonly Uint8Array[]) {
  const seen = { asked: 0, ended: false };
  async function* source() {
    try {
      for (const chunk of chunks) {
        seen.asked++;
        yield chunk;
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, source: source() };
}

async function collected<T>(batches: AsyncIterable<T[]>): Promise<{ found: T[][]; code?: string }> {
  const found: T[][] = [];
  try {
    for await (const batch of batches) found.push(batch);
    return { found };
  } catch (error) {
    return { found, code: (error as { code: string }).code };
  }
}

test("there is one batch for each chunk that had a frame, and none for the others", async () => {
  const { source } = counted([
    hex("01 'a' 01 'b' 02 'c'"),
    hex("'d'"),
    hex("03"),
    hex("'ef'"),
    hex("'g' 00"),
  ]);
  const { found } = await collected(frames(source, codec));
  expect(found.map((batch) => batch.map(text))).toEqual([["a", "b"], ["cd"], ["efg", ""]]);
});

test("byte by byte, every frame is a batch", async () => {
  const wire = joined(["one", "two", "three"].flatMap((m) => codec.encode(hex(`'${m}'`))));
  const { found } = await collected(frames(byteByByte(wire), codec));
  expect(found.map((batch) => batch.map(text))).toEqual([["one"], ["two"], ["three"]]);
});

test.each([
  ["a damaged frame", [hex("01 'a' 01 'b' ff 'c'")], "FRAME_TOO_LONG"],
  ["an end inside a frame", [hex("01 'a' 01 'b' 05 'c'")], "FRAME_CUT"],
] as const)("the frames before %s are given out, then the error is thrown", async (_name, chunks, code) => {
  const { seen, source } = counted(chunks);
  const result = await collected(frames(source, codec));
  expect(result.found.map((batch) => batch.map(text))).toEqual([["a", "b"]]);
  expect(result.code).toBe(code);
  expect(seen.ended).toBe(true);
});

test("the last line without a line feed is a batch of its own, where that is allowed", async () => {
  const { found } = await collected(frames([hex("'one' 0a 'two'")], lines({ eof: "emit" })));
  expect(found).toEqual([["one"], ["two"]]);
});

test("an error of the source comes through", async () => {
  async function* source() {
    yield hex("01 'a'");
    throw new Error("cable pulled");
  }
  await expect(collected(frames(source(), codec)).then(({ code }) => code)).resolves.toBeUndefined();
  const reading = (async () => {
    for await (const batch of frames(source(), codec)) expect(batch.map(text)).toEqual(["a"]);
  })();
  await expect(reading).rejects.toThrow("cable pulled");
});

test("leaving the loop ends the source", async () => {
  const { seen, source } = counted([hex("01 'a'"), hex("01 'b'")]);
  for await (const batch of frames(source, codec)) {
    expect(batch.map(text)).toEqual(["a"]);
    break;
  }
  expect(seen).toEqual({ asked: 1, ended: true });
});

test("leaving the loop destroys a Node stream", async () => {
  const stream = Readable.from([hex("01 'a'"), hex("01 'b'")]);
  for await (const _ of frames(stream, codec)) break;
  expect(stream.destroyed).toBe(true);
});

test("the next chunk is asked for only when the next batch is", async () => {
  const { seen, source } = counted(Array.from({ length: 10 }, () => hex("01 'a' 01 'b'")));
  const batches = frames(source, codec);
  expect(seen.asked).toBe(0);
  for (let i = 1; i <= 10; i++) {
    await batches.next();
    expect(seen.asked).toBe(i);
  }
  expect((await batches.next()).done).toBe(true);
});
