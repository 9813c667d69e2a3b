/// <reference path="../src/bench/peers.d.ts" />
import type { Transform } from "node:stream";
import { type Codec, lengthPrefixed, lines } from "@ipc-playground/framing";
import fc from "fast-check";
import frameStream from "frame-stream";
import * as iterable from "it-length-prefixed";
import lengthPrefixedStream from "length-prefixed-stream";
import split2 from "split2";
import { expect, test } from "vitest";
import { decoded, joined, text } from "./bytes.ts";

// Programs of other people on the other end of the wire: what they encode we decode, and the other way round.

/** What a stream makes of these chunks. */
function through(stream: Transform, chunks: readonly (Uint8Array | string)[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const found: unknown[] = [];
    stream.on("data", (one: unknown) => found.push(one));
    stream.on("error", reject);
    stream.on("end", () => resolve(found));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
}

const asBuffers = (all: readonly Uint8Array[]) => all.map((one) => Buffer.from(one));
const asTexts = (all: readonly unknown[]) => all.map((one) => text(one as Uint8Array));

interface Peer {
  codec: Codec<Uint8Array>;
  encode(messages: Uint8Array[]): Promise<Uint8Array[]>;
  decode(chunks: Uint8Array[]): Promise<unknown[]>;
}

const PEERS: Record<string, Peer> = {
  "it-length-prefixed": {
    codec: lengthPrefixed({ bytes: "varint" }),
    encode: async (messages) => [...iterable.encode(messages)],
    decode: async (chunks) => [...iterable.decode(chunks)].map((list) => list.subarray()),
  },
  "length-prefixed-stream": {
    codec: lengthPrefixed({ bytes: "varint" }),
    encode: (messages) =>
      through(lengthPrefixedStream.encode(), asBuffers(messages)) as Promise<Uint8Array[]>,
    decode: (chunks) => through(lengthPrefixedStream.decode(), asBuffers(chunks)),
  },
  "frame-stream, 4 bytes": {
    codec: lengthPrefixed(),
    encode: (messages) => through(frameStream.encode(), asBuffers(messages)) as Promise<Uint8Array[]>,
    decode: (chunks) => through(frameStream.decode(), asBuffers(chunks)),
  },
  "frame-stream, 2 bytes": {
    codec: lengthPrefixed({ bytes: 2 }),
    encode: (messages) =>
      through(frameStream.encode({ lengthSize: 2 }), asBuffers(messages)) as Promise<Uint8Array[]>,
    decode: (chunks) => through(frameStream.decode({ lengthSize: 2 }), asBuffers(chunks)),
  },
};

// Not empty ones: a Node stream of bytes has no empty chunk.
const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 10 });

/** Cut bytes in pieces of one length. */
function pieces(all: readonly Uint8Array[], length: number): Uint8Array[] {
  const bytes = joined(all);
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
    bytes.subarray(i * length, (i + 1) * length),
  );
}

test.each(Object.entries(PEERS))("%s and we read what the other writes", async (_name, peer) => {
  await fc.assert(
    fc.asyncProperty(messages, fc.integer({ min: 1, max: 500 }), async (all, length) => {
      const theirs = await peer.encode(all);
      const ours = all.flatMap((message) => peer.codec.encode(message));
      expect(joined(ours)).toEqual(joined(theirs));
      expect(decoded(peer.codec, pieces(theirs, length))).toEqual(all.map(text));
      expect(asTexts(await peer.decode(pieces(ours, length)))).toEqual(all.map(text));
    }),
    { numRuns: 60 },
  );
});

test("split2 and we cut the same bytes into the same lines", async () => {
  const line = fc.string({ unit: "grapheme", maxLength: 40 }).filter((one) => !/[\n\r]/.test(one));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 20 }),
      fc.integer({ min: 1, max: 100 }),
      async (all, length) => {
        const chunks = pieces([new TextEncoder().encode(all.flat().join(""))], length);
        expect(decoded(lines(), chunks)).toEqual(await through(split2(), asBuffers(chunks)));
      },
    ),
    { numRuns: 100 },
  );
});

test("it-length-prefixed takes a varint that is not the shortest, and loses the frame; we refuse it", () => {
  // 1 as two bytes. Others take the length for that of its shortest form, and go on one byte too early.
  const wire = [Uint8Array.of(0x81, 0x00, 0x61, 0x01, 0x62)];
  const [theirs] = iterable.decode(wire) as Iterable<{ subarray(): Uint8Array }>;
  expect(theirs?.subarray()).toEqual(Uint8Array.of(0x00));
  expect(decoded(lengthPrefixed({ bytes: "varint" }), wire)).toEqual(["BAD_FRAME"]);
});
