import { json, lengthPrefixed, lines } from "@ipc-playground/framing";
import { expect, test } from "vitest";
import { byteByByte, decoded, hex, joined } from "./bytes.ts";

test("over a length of four bytes", () => {
  const codec = json(lengthPrefixed());
  expect(joined(codec.encode({ type: "ping" }))).toEqual(hex(`00 00 00 0f '{"type":"ping"}'`));
  expect(decoded(codec, byteByByte(joined(codec.encode({ é: [1, "👩", null] }))))).toEqual([
    { é: [1, "👩", null] },
  ]);
});

test("over lines, which others call NDJSON", () => {
  const codec = json(lines());
  expect(joined(codec.encode("one\ntwo"))).toEqual(hex(`'"one\\ntwo"' 0a`));
  expect(decoded(codec, [hex(`'"one\\ntwo"' 0d 0a '7' 0a`)])).toEqual(["one\ntwo", 7]);
});

test.each(["'{'", "''", "'null'", "'{\"a\":1}}'", "'NaN'"])("the frame %s is BAD_FRAME", (frame) => {
  const bytes = hex(frame);
  expect(decoded(json(lengthPrefixed({ bytes: 1 })), [Uint8Array.of(bytes.length), bytes])).toEqual([
    "BAD_FRAME",
  ]);
});

test("a frame that is no UTF-8 is BAD_TEXT", () => {
  expect(decoded(json(lengthPrefixed({ bytes: 1 })), [hex("03 22 ff 22")])).toEqual(["BAD_TEXT"]);
});

test("what JSON cannot say is refused", () => {
  const codec = json(lines());
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const message of [undefined, null, () => 1, Symbol("x"), 1n, circle])
    expect(() => codec.encode(message as never)).toThrow(/not a message that JSON can carry/);
});
