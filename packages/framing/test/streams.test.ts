import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { json, lengthPrefixed, lines, webTransform } from "@ipc-playground/framing";
import { decodeStream } from "@ipc-playground/framing/node";
import { expect, test } from "vitest";
import { byteByByte, hex, joined, text } from "./bytes.ts";

const codec = lengthPrefixed({ bytes: 1, max: 100 });
const words = ["one", "", "three"];
const wire = joined(words.flatMap((word) => codec.encode(hex(`'${word}'`))));
const damaged = hex("01 'a' ff 'b'");

/** Both adapters, as one thing: chunks in, frames out. */
const ADAPTERS = {
  decodeStream: (chunks: Uint8Array[], of: typeof codec = codec) =>
    Readable.from(chunks).pipe(decodeStream(of)),
  webTransform: (chunks: Uint8Array[], of: typeof codec = codec) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }).pipeThrough(webTransform(of)),
};

test.each(Object.entries(ADAPTERS))("%s gives frames, however the bytes are cut", async (_name, open) => {
  for (const chunks of [[wire], byteByByte(wire)]) {
    const found: string[] = [];
    for await (const frame of open(chunks) as AsyncIterable<Uint8Array>) found.push(text(frame));
    expect(found).toEqual(words);
  }
});

test.each(Object.entries(ADAPTERS))(
  "%s fails at a damaged frame, and at an end inside one",
  async (_name, open) => {
    for (const [chunk, code] of [
      [damaged, "FRAME_TOO_LONG"],
      [hex("05 'a'"), "FRAME_CUT"],
    ] as const) {
      const reading = (async () => {
        for await (const _ of open([chunk]) as AsyncIterable<Uint8Array>);
      })();
      await expect(reading).rejects.toMatchObject({ code });
    }
  },
);

test("decodeStream gives the frames before a damaged one to a listener, and takes messages of any type", async () => {
  const stream = decodeStream(codec);
  const found: string[] = [];
  stream.on("data", (frame: Uint8Array) => found.push(text(frame)));
  stream.end(damaged);
  const [error] = (await once(stream, "error")) as [{ code: string }];
  expect([found, error.code]).toEqual([["a"], "FRAME_TOO_LONG"]);

  const objects: unknown[] = [];
  await pipeline(
    Readable.from([hex(`'{"a":1}' 0a '[]' 0a`)]),
    decodeStream(json(lines())),
    async (messages) => {
      for await (const message of messages) objects.push(message);
    },
  );
  expect(objects).toEqual([{ a: 1 }, []]);
});

test("decodeStream stops its source when nobody reads", async () => {
  const source = new Readable({ highWaterMark: 1, read: () => {} });
  const stream = source.pipe(decodeStream(codec));
  // 100 chunks of 100 frames: the first fill the stream to its mark, and no more is decoded.
  for (let i = 0; i < 100; i++) source.push(joined(Array.from({ length: 100 }, () => hex("01 'a'"))));
  source.push(null);
  await expect.poll(() => source.isPaused()).toBe(true);
  expect(stream.readableLength).toBe(100);
  let count = 0;
  for await (const _ of stream) count++;
  expect(count).toBe(10_000);
});

test("what a listener throws is not taken for an error of the stream", () => {
  const stream = decodeStream(codec);
  stream.on("error", () => expect.unreachable());
  stream.on("data", () => {
    throw new RangeError("mine");
  });
  expect(() => stream.write(hex("01 'a'"))).toThrow("mine");
});

test("a stream that a listener destroys gives no more frames", () => {
  const stream = decodeStream(codec);
  let count = 0;
  stream.on("data", () => {
    count++;
    stream.destroy();
  });
  stream.write(hex("01 'a' 01 'b'"));
  expect(count).toBe(1);
});

test("webTransform reads no further than its reader asks", async () => {
  let pulled = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(hex("01 'a'"));
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(webTransform(codec)).getReader();
  for (let i = 1; i <= 20; i++) {
    expect(text((await reader.read()).value as Uint8Array)).toBe("a");
    // One may be under way, and one wait in the transform.
    expect(pulled).toBeLessThanOrEqual(i + 2);
  }
  await reader.cancel();
});
