import { lines } from "@ipc-playground/framing";
import { expect, test } from "vitest";
import { byteByByte, cuts, decoded, drain, hex, joined } from "./bytes.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

test("a line ends with LF or with CR LF, and a CR elsewhere is part of it", () => {
  expect(decoded(lines(), [hex("'one' 0a 'two' 0d 0a 'th' 0d 'ree' 0a 0a 0d 0a 0d 0d 0a")])).toEqual([
    "one",
    "two",
    "th\rree",
    "",
    "",
    "\r",
  ]);
});

test.each(["one\r\ntwo\n\r\nlast\n", "é\nzwölf\r\n€uro\n👩‍👩‍👧\n\ufeffbom\n", "\n\n\n", "a\r\n"])(
  "%j comes out the same however it is cut",
  (all) => {
    const expected = all.split(/\r?\n/).slice(0, -1);
    for (const parts of cuts(utf8(all))) expect(decoded(lines(), parts)).toEqual(expected);
    expect(decoded(lines(), byteByByte(utf8(all)))).toEqual(expected);
  },
);

test("a CR at the end of a chunk is the line's end only if LF follows", () => {
  expect(decoded(lines(), [utf8("a\r"), utf8("\nb\r"), utf8("c\n")])).toEqual(["a", "b\rc"]);
});

test("bytes without a line feed at the end are FRAME_CUT, or the last line", () => {
  expect(decoded(lines(), [utf8("one\ntw")])).toEqual(["one", "FRAME_CUT"]);
  expect(decoded(lines({ eof: "emit" }), [utf8("one\ntw")])).toEqual(["one", "tw"]);
  expect(decoded(lines({ eof: "emit" }), [utf8("one\n")])).toEqual(["one"]);
  expect(decoded(lines({ eof: "emit" }), [utf8("one\r")])).toEqual(["one\r"]);
});

test("max counts the bytes of UTF-8, without the line's end", () => {
  const four = lines({ max: 4 });
  for (const line of ["abcd", "éé", "👩"]) {
    for (const end of ["\n", "\r\n"]) {
      for (const parts of cuts(utf8(line + end))) expect(decoded(four, parts)).toEqual([line]);
      for (const parts of cuts(utf8(`${line}x${end}`)))
        expect(decoded(four, parts)).toEqual(["FRAME_TOO_LONG"]);
    }
  }
});

test("a line that is too long fails as soon as that is known", () => {
  const decoder = lines({ max: 4 }).decoder();
  decoder.push(utf8("abcd"));
  expect(decoder.next()).toBeNull();
  decoder.push(utf8("e"));
  expect(() => decoder.next()).toThrow(/a line has 5 bytes or more; at most 4/);
});

test("discard leaves a long line out, tells its length once, and goes on", () => {
  for (const long of ["too long", "zwölf Ö", "x".repeat(300)]) {
    const wire = utf8(`one\n${long}\ntwo\n`);
    for (const parts of long.length > 100 ? [[wire], byteByByte(wire)] : cuts(wire)) {
      const told: number[] = [];
      const codec = lines({ max: 4, onOversize: "discard", onDiscard: (bytes) => told.push(bytes) });
      expect(decoded(codec, parts)).toEqual(["one", "two"]);
      expect(told).toEqual([utf8(long).length]);
    }
  }
});

test("a long line at the end is discarded too", () => {
  const told: number[] = [];
  const codec = lines({ max: 4, onOversize: "discard", onDiscard: (bytes) => told.push(bytes), eof: "emit" });
  expect(decoded(codec, [utf8("one\ntoo long")])).toEqual(["one"]);
  expect(told).toEqual([8]);
});

test.each(["ff", "c3", "ed a0 80", "c0 af", "f5 80 80 80"])(
  "bytes that are no UTF-8 (%s) are BAD_TEXT, after the good lines before them",
  (bad) => {
    const wire = hex(`'one' 0a 'two' 0a 'x' ${bad} 0a 'four' 0a`);
    for (const parts of cuts(wire)) expect(decoded(lines(), parts)).toEqual(["one", "two", "BAD_TEXT"]);
  },
);

test("bytes that are no UTF-8 in a line that is left out do no harm", () => {
  const codec = lines({ max: 4, onOversize: "discard" });
  const wire = hex("'one' 0a ff ff ff ff ff ff 0a 'two' 0a");
  for (const parts of cuts(wire)) expect(decoded(codec, parts)).toEqual(["one", "two"]);
});

test("a text with a line break in it is refused, and so is half a character", () => {
  expect(() => lines().encode("one\ntwo")).toThrow(/line break/);
  expect(() => lines().encode("one\r")).toThrow(/line break/);
  expect(() => lines().encode("\ud83d")).toThrow(/surrogate/);
  expect(joined(lines().encode("é"))).toEqual(hex("c3 a9 0a"));
  expect(() => lines({ max: 1 }).encode("é")).toThrow(/2 bytes; at most 1/);
});

test("buffered counts bytes, in text that is decoded already too", () => {
  const decoder = lines().decoder();
  decoder.push(utf8("é\nzwölf\nun"));
  decoder.next();
  expect(decoder.buffered).toBe(utf8("zwölf\nun").length);
  drain(decoder);
  expect(decoder.buffered).toBe(2);
});

test("a line of any length and alphabet is the bytes of its UTF-8 and a line feed", () => {
  for (const one of ["", "x", "é", "€", "👩", "xé", "xx€€€"])
    for (const count of [1, 2, 3_999, 4_000, 4_001, 9_000]) {
      const line = one.repeat(count);
      expect(joined(lines({ max: 200_000 }).encode(line))).toEqual(utf8(`${line}\n`));
    }
});
