import { expect, test } from "vitest";
import { Deliveries } from "../../src/bench/load/deliveries.ts";
import { NumberedLines } from "../../src/bench/load/numbered-lines.ts";
import { Slowest } from "../../src/bench/load/slowest.ts";

const WINDOW = 4;
const SIZE = 24;

/** A receiver of two, who is to get messages 0 to 3; and the bytes of those. */
function due() {
  const slowest = new Slowest(2, WINDOW);
  const lines = new NumberedLines("<s> ", SIZE, WINDOW);
  for (let i = 0; i < WINDOW; i++) lines.number(i, i);
  return { slowest, lines, deliveries: new Deliveries(slowest, lines), bytes: Buffer.from(lines.bytes) };
}

function takeInPieces(deliveries: Deliveries, pieces: readonly Buffer[]): void {
  for (const piece of pieces) deliveries.take(0, piece, piece.length);
}

test("a line has its number at both ends of the text", () => {
  const lines = new NumberedLines("<s> ", SIZE, 2);
  lines.number(1, 1_234_567_890);
  expect(lines.bytes.toString()).toBe(
    ["<s> ahovcjqxelszgnubipwdkryf", "<s> 1234567890szgn1234567890", ""].join("\n"),
  );
  expect(lines.numberIn("<s> 0000000041…")).toBe(41);
  expect(lines.numberIn("<s> abc")).toBeUndefined();
});

test("messages are counted wherever the bytes are cut", () => {
  const { bytes } = due();
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second += 7) {
      const { deliveries, slowest } = due();
      takeInPieces(deliveries, [
        bytes.subarray(0, first),
        bytes.subarray(first, second),
        bytes.subarray(second),
      ]);
      expect(slowest.of(0)).toBe(WINDOW);
    }
  }
});

test("the ring goes round: what is due follows what was sent", () => {
  const { slowest, lines, deliveries } = due();
  for (let message = 0; message < 3 * WINDOW; message++) {
    lines.number(message % WINDOW, message);
    const at = (message % WINDOW) * lines.lineBytes;
    const line = Buffer.from(lines.bytes.subarray(at, at + lines.lineBytes));
    for (const receiver of [0, 1]) deliveries.take(receiver, line, line.length);
    expect(slowest.messages).toBe(message + 1);
  }
});

test("a chunk that goes over the ring's end is compared in both parts", () => {
  const { slowest, lines, deliveries, bytes } = due();
  for (const receiver of [0, 1]) deliveries.take(receiver, bytes, 3 * lines.lineBytes);
  for (const message of [4, 5]) lines.number(message % WINDOW, message);
  const chunk = Buffer.concat([
    lines.bytes.subarray(3 * lines.lineBytes),
    lines.bytes.subarray(0, 2 * lines.lineBytes),
  ]);
  deliveries.take(0, chunk, chunk.length);
  expect(slowest.of(0)).toBe(6);
});

test("lines of the server's own are passed over wherever the bytes are cut", () => {
  const { lines, bytes } = due();
  const notice = Buffer.from("* ana joined lobby (3 people).\n");
  const { lineBytes } = lines;
  const all = Buffer.concat([
    notice,
    bytes.subarray(0, lineBytes),
    notice,
    notice,
    bytes.subarray(lineBytes),
  ]);
  for (let cut = 0; cut <= all.length; cut++) {
    const { deliveries, slowest } = due();
    takeInPieces(deliveries, [all.subarray(0, cut), all.subarray(cut)]);
    expect(slowest.of(0)).toBe(WINDOW);
  }
});

test("every single wrong byte is found, wherever the bytes are cut", () => {
  const { bytes } = due();
  for (let at = 0; at < bytes.length; at++) {
    const wrong = Buffer.from(bytes);
    wrong[at] = (bytes[at] as number) ^ 1;
    for (const cut of [0, 1, at, at + 1]) {
      const { deliveries } = due();
      expect(() => takeInPieces(deliveries, [wrong.subarray(0, cut), wrong.subarray(cut)])).toThrow(
        /^receiver 1/,
      );
    }
  }
});

test("more than was sent is found", () => {
  const { deliveries, bytes } = due();
  deliveries.take(0, bytes, bytes.length);
  // The ring still has message 0 where message 4 will be.
  expect(() => deliveries.take(0, Buffer.from("<s> "), 4)).not.toThrow();
  expect(() => deliveries.take(0, Buffer.from("0000000004"), 10)).toThrow(/wrong bytes/);
});

test("the slowest is known without looking at all", () => {
  const slowest = new Slowest(3, 2);
  slowest.advance(0, 2);
  slowest.advance(1, 1);
  expect(slowest.messages).toBe(0);
  expect(slowest.describe()).toBe("message 0 has not come to 1 of 3 receivers, the first of them number 3");
  slowest.advance(2, 1);
  expect(slowest.messages).toBe(1);
  slowest.advance(1, 1);
  slowest.advance(2, 1);
  expect(slowest.messages).toBe(2);
});
