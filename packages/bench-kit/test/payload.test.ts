import { describe, expect, test } from "vitest";
import { COMPLETE, SAMPLED } from "../src/payload.ts";

const SIZES = [0, 1, 3, 4, 5, 8, 100, 300];

describe.each([
  ["complete", COMPLETE],
  ["sampled", SAMPLED],
])("%s payload", (_, payload) => {
  test("what was filled is accepted, at every size, over more than 256 messages", () => {
    for (const size of SIZES) {
      const message = Buffer.alloc(size);
      for (const sequence of [0, 1, 255, 256, 65_536, 0xffff_ffff]) {
        payload.fill(message, sequence);
        payload.verify(message, sequence);
      }
    }
  });

  test("every byte is written", () => {
    const message = Buffer.alloc(300, 0xee);
    const other = Buffer.alloc(300, 0x11);
    payload.fill(message, 7);
    payload.fill(other, 7);
    expect(message.equals(other)).toBe(true);
  });

  test("a message that comes out of turn is refused", () => {
    const message = Buffer.alloc(100);
    payload.fill(message, 8);
    expect(() => payload.verify(message, 9)).toThrow(/message 9 was expected and message 8 came/);
  });
});

test("the gate finds any wrong byte, wherever it is", () => {
  const message = Buffer.alloc(100);
  for (let i = 0; i < message.length; i++) {
    COMPLETE.fill(message, 5);
    message.writeUInt8(message.readUInt8(i) ^ 0x40, i);
    expect(() => COMPLETE.verify(message, 5)).toThrow();
  }
});

test("the gate finds two chunks that changed places", () => {
  const message = Buffer.alloc(8192);
  COMPLETE.fill(message, 1);
  const swapped = Buffer.concat([message.subarray(0, 4), message.subarray(4096), message.subarray(4, 4096)]);
  expect(() => COMPLETE.verify(swapped, 1)).toThrow(/byte 4 of message 1/);
});

test("the sample comes by every byte of the message in turn", () => {
  const size = 100;
  const message = Buffer.alloc(size);
  const found = new Set<number>();
  for (let sequence = 0; sequence < size; sequence++) {
    for (let i = 4; i < size; i++) {
      SAMPLED.fill(message, sequence);
      message.writeUInt8(message.readUInt8(i) ^ 1, i);
      try {
        SAMPLED.verify(message, sequence);
      } catch {
        found.add(i);
      }
    }
  }
  expect(found.size).toBe(size - 4);
});
