import { delimited, lengthPrefixed, lines } from "@ipc-playground/framing";
import { expect, test, vi } from "vitest";
import { hex, joined } from "./bytes.ts";

// What a decoder costs, counted: bytes copied, and bytes of the buffers it made. Never timed.

/** Bytes that `work` copies from one buffer into another, and the sizes of the buffers it makes. */
function counted(work: () => void): { copied: number; made: number[] } {
  const made: number[] = [];
  let copied = 0;
  const { set } = Uint8Array.prototype;
  // Not a spy: it would remember a million calls.
  Uint8Array.prototype.set = function (from, at) {
    copied += from.length;
    set.call(this, from, at);
  };
  const Real = globalThis.Uint8Array;
  class Counted extends Real {
    constructor(...args: unknown[]) {
      super(...(args as [number]));
      if (typeof args[0] === "number") made.push(args[0]);
    }
  }
  vi.stubGlobal("Uint8Array", Counted);
  try {
    work();
  } finally {
    vi.unstubAllGlobals();
    Uint8Array.prototype.set = set;
  }
  return { copied, made };
}

const MILLION = 1_000_000;
const BYTE = hex("'x'");

test("a frame of a million bytes in chunks of one byte is copied at most twice, and kept in at most twice its size", () => {
  const decoder = lengthPrefixed().decoder();
  decoder.push(hex("00 0f 42 40"));
  let frame: Uint8Array | null = null;
  const { copied, made } = counted(() => {
    for (let i = 0; i < MILLION; i++) {
      decoder.push(BYTE);
      frame = decoder.next();
    }
  });
  expect(frame).toHaveLength(MILLION);
  expect(copied).toBeLessThanOrEqual(2 * MILLION);
  // The largest two are there at the same moment: one is copied into the other.
  const [largest = 0, second = 0] = made.sort((a, b) => b - a);
  expect(largest + second).toBeLessThanOrEqual(2 * MILLION);
  expect(made.length).toBeLessThan(20);
});

test("a line and a delimited frame of a million bytes in chunks of one byte cost one copy more", () => {
  for (const codec of [lines({ max: MILLION }), delimited(hex("'--'"), { max: MILLION })]) {
    const decoder = codec.decoder();
    const { copied, made } = counted(() => {
      for (let i = 0; i < MILLION; i++) {
        decoder.push(BYTE);
        decoder.next();
      }
    });
    expect(decoder.buffered).toBe(MILLION);
    // How long it gets is not known before: that is one more copy than where it is.
    expect(copied).toBeLessThanOrEqual(3 * MILLION);
    expect(made.length).toBeLessThan(20);
  }
});

test("a million bytes pushed one by one before anything is asked for are one buffer that doubles", () => {
  const decoder = lengthPrefixed({ bytes: 1 }).decoder();
  const { copied, made } = counted(() => {
    for (let i = 0; i < MILLION; i++) decoder.push(BYTE);
  });
  expect(copied).toBeLessThanOrEqual(4 * MILLION);
  expect(made.length).toBeLessThan(40);
});

test("what a header claims is not allocated before it has come", () => {
  const decoder = lengthPrefixed({ max: 2 ** 32 - 1 }).decoder();
  const { made } = counted(() => {
    decoder.push(hex("ff ff ff ff 00 00 00"));
    decoder.next();
  });
  expect(Math.max(...made)).toBeLessThanOrEqual(65_536);
});

test("frames that are whole in their chunk are not copied at all", () => {
  const codec = lengthPrefixed();
  const chunk = joined(Array.from({ length: 600 }, () => joined(codec.encode(new Uint8Array(100)))));
  const decoder = codec.decoder();
  let frames = 0;
  const { copied, made } = counted(() => {
    decoder.push(chunk);
    while (decoder.next() !== null) frames++;
  });
  expect([frames, copied, made]).toEqual([600, 0, []]);
});

test("a long line that is left out is not kept", () => {
  const decoder = lines({ max: 100, onOversize: "discard" }).decoder();
  const { made } = counted(() => {
    for (let i = 0; i < 1_000; i++) {
      decoder.push(new TextEncoder().encode("x".repeat(1_000)));
      decoder.next();
    }
  });
  expect(decoder.buffered).toBe(0);
  expect(made.filter((bytes) => bytes > 200)).toEqual([]);
});
