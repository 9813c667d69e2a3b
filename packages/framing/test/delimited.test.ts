import { delimited } from "@ipc-playground/framing";
import { describe, expect, test } from "vitest";
import { byteByByte, cuts, decoded, hex, joined, reusing } from "./bytes.ts";

const on = (delimiter: string, options = {}) => delimited(hex(`'${delimiter}'`), options);

describe.each([
  [";", "one;;three;"],
  ["\r\n\r\n", "GET /\r\nHost: x\r\n\r\n\r\n\r\nab\r\n\r\r\n\r\n"],
  ["aab", "xaab aaab aabaaaaab"],
  ["abab", "ababababxabaabab"],
])("on %j", (delimiter, all) => {
  // Cut at the first delimiter from the left: what String.split does.
  const expected = all.split(delimiter);
  const last = expected.pop();
  const found = last === "" ? expected : [...expected, "FRAME_CUT"];

  test("any cut into three gives the same frames", () => {
    for (const parts of cuts(hex(`'${all}'`))) expect(decoded(on(delimiter), parts)).toEqual(found);
  });

  test("byte by byte gives the same frames", () => {
    expect(decoded(on(delimiter), byteByByte(hex(`'${all}'`)))).toEqual(found);
  });

  test("with eof emit, what is left is the last frame", () => {
    for (const parts of cuts(hex(`'${all}'`)))
      expect(decoded(on(delimiter, { eof: "emit" }), parts)).toEqual(
        last === "" ? expected : [...expected, last],
      );
  });
});

test("max bytes pass, one more is FRAME_TOO_LONG, however it is cut", () => {
  for (const parts of cuts(hex("'abcd--'"))) expect(decoded(on("--", { max: 4 }), parts)).toEqual(["abcd"]);
  for (const parts of cuts(hex("'abcde--'")))
    expect(decoded(on("--", { max: 4 }), parts)).toEqual(["FRAME_TOO_LONG"]);
});

test("discard leaves a long frame out, tells its length once, and goes on", () => {
  for (const delimiter of [";", "--", "aab"]) {
    for (const long of ["too long", "x".repeat(300), "12345"]) {
      const wire = hex(`'one${delimiter}${long}${delimiter}two${delimiter}'`);
      for (const parts of long.length > 100
        ? [byteByByte(wire), [wire]]
        : [...cuts(wire), byteByByte(wire)]) {
        const told: number[] = [];
        const options = { max: 4, onOversize: "discard", onDiscard: (bytes: number) => told.push(bytes) };
        expect(decoded(on(delimiter, options), parts)).toEqual(["one", "two"]);
        expect(told).toEqual([long.length]);
      }
    }
  }
});

test("a long frame at the end is discarded too", () => {
  const told: number[] = [];
  const options = { max: 4, onOversize: "discard", onDiscard: (bytes: number) => told.push(bytes) };
  for (const delimiter of [";", "--"])
    expect(decoded(on(delimiter, options), [hex("'too long'")])).toEqual([]);
  expect(told).toEqual([8, 8]);
});

test("with copy, a source may write over its buffer", () => {
  const codec = on(";", { copy: true });
  const decoder = codec.decoder();
  const found: Uint8Array[] = [];
  for (const chunk of reusing([hex("'one;tw'"), hex("'o;three;'")])) {
    decoder.push(chunk);
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) found.push(frame);
  }
  expect(found.map((frame) => Buffer.from(frame).toString())).toEqual(["one", "two", "three"]);
});

test("a message that would arrive in pieces is refused", () => {
  expect(joined(on("--").encode(hex("'a-b'")))).toEqual(hex("'a-b--'"));
  expect(() => on("--").encode(hex("'a--b'"))).toThrow(/has the delimiter in it/);
  // Its last byte and the delimiter's first two are a delimiter.
  expect(() => on("aba").encode(hex("'xab'"))).toThrow(/has the delimiter in it/);
  expect(() => on("").encode(hex("'x'"))).toThrow(/delimiter\.length/);
});
