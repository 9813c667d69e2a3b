import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, cut, graphemes, type Row, rowColumns } from "../../dist/terminal/span.js";
import { wrap } from "../../dist/terminal/wrap.js";

const texts = (rows: Row[]) => rows.map((row) => row.map(({ text }) => text).join(""));
const wrapText = (text: string, width: number, indent = 0) => texts(wrap([{ text }], width, indent));

test("rows are broken at spaces, and the spaces are not seen", () => {
  expect(wrapText("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  expect(wrapText("aaaaaaaaaa bb", 10)).toEqual(["aaaaaaaaaa", "bb"]);
});

test("a word that is longer than a row is broken inside", () => {
  expect(wrapText("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapText("go abcdefgh", 4)).toEqual(["go", "abcd", "efgh"]);
});

test("all rows but the first are indented, at most by half the width", () => {
  expect(wrapText("one two three", 7, 2)).toEqual(["one two", "  three"]);
  expect(wrapText("one two", 4, 100)).toEqual(["one", "  tw", "  o"]);
});

test("wide signs take two columns, and emoji of several code points stay whole", () => {
  expect(wrapText("日本語", 4)).toEqual(["日本", "語"]);
  expect(wrapText("👩‍👩‍👧👩‍👩‍👧", 3)).toEqual(["👩‍👩‍👧", "👩‍👩‍👧"]);
  expect(wrapText("e\u0301e\u0301e\u0301", 2)).toEqual(["e\u0301e\u0301", "e\u0301"]);
});

test("an empty text is one row; a row too narrow for a wide sign has it all the same", () => {
  expect(wrapText("", 10)).toEqual([""]);
  expect(wrapText("日本", 1)).toEqual(["日", "本"]);
});

test("a style goes on in the next row", () => {
  const rows = wrap(
    [
      { text: "ana: ", bold: true },
      { text: "one two", dim: true },
    ],
    8,
  );
  expect(rows).toEqual([
    [
      { text: "ana: ", bold: true },
      { text: "one", dim: true },
    ],
    [{ text: "two", dim: true }],
  ]);
});

test("whatever the text: no row is too wide, no grapheme is torn or lost", () => {
  const anything = fc
    .string({ unit: "grapheme", maxLength: 60 })
    .filter((text) => !/\p{C}/u.test(text.replaceAll("\u200d", "")));
  fc.assert(
    fc.property(anything, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const rows = wrap([{ text }], width);
      for (const row of rows) {
        const isOne = graphemes(row.map((span) => span.text).join("")).length === 1;
        expect(rowColumns(row)).toBeLessThanOrEqual(isOne ? Number.POSITIVE_INFINITY : width);
      }
      const kept = texts(rows).join("").replaceAll(" ", "");
      expect(kept).toBe(graphemes(text).join("").replaceAll(" ", ""));
    }),
  );
});

test("a text is cut to columns, with a mark", () => {
  expect(cut("hello", 5)).toBe("hello");
  expect(cut("hello", 4)).toBe("hel…");
  expect(cut("日本語", 4)).toBe("日…");
  expect(cut("hello", 0)).toBe("");
  expect(columnsOf("👩‍👩‍👧")).toBe(2);
});
