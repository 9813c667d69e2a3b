import { expect, test } from "vitest";
import { LIMITS } from "../../dist/limits.js";
import * as edit from "../../dist/terminal/editor.js";

/** `ab|c`: the cursor is before the c. */
const at = (marked: string): edit.Editor => ({ text: marked.replace("|", ""), cursor: marked.indexOf("|") });
const marked = ({ text, cursor }: edit.Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

const EDITS: [(editor: edit.Editor) => edit.Editor, before: string, after: string][] = [
  [edit.left, "a👩‍👩‍👧|b", "a|👩‍👩‍👧b"],
  [edit.left, "|ab", "|ab"],
  [edit.right, "a|e\u0301b", "ae\u0301|b"],
  [edit.right, "ab|", "ab|"],
  [edit.home, "ab|c", "|abc"],
  [edit.end, "a|bc", "abc|"],
  [edit.wordLeft, "one two  |", "one |two  "],
  [edit.wordRight, "one| two", "one two|"],
  [edit.backspace, "a🇩🇪|b", "a|b"],
  [edit.backspace, "|ab", "|ab"],
  [edit.remove, "a|👍🏽b", "a|b"],
  [edit.removeWord, "say hello there |you", "say hello |you"],
  [edit.removeWord, "hello|", "|"],
  [edit.removeToStart, "hello |you", "|you"],
  [edit.removeToEnd, "hello| you", "hello|"],
];

for (const [does, before, after] of EDITS) {
  test(`${does.name}: ${before} becomes ${after}`, () => {
    expect(marked(does(at(before)))).toBe(after);
  });
}

test("text goes in at the cursor; line ends and tabs become spaces, other controls are left out", () => {
  expect(marked(edit.insert(at("a|c"), "b"))).toBe("ab|c");
  expect(marked(edit.insert(at("|"), "one\r\ntwo\nthree\tfour"))).toBe("one two three four|");
  expect(marked(edit.insert(at("|"), "\x1b[31mred\x07\x9b\u2028"))).toBe("[31mred |");
});

test("code points that come one by one become one grapheme, and the cursor is behind it", () => {
  let editor = edit.EMPTY;
  for (const point of "👩‍👧") editor = edit.insert(editor, point);
  expect(marked(editor)).toBe("👩‍👧|");
  expect(marked(edit.backspace(editor))).toBe("|");
  // A mark that joins the letter before the cursor.
  expect(marked(edit.insert(at("e|x"), "\u0301"))).toBe("e\u0301|x");
  // Half of a family that joins what is behind the cursor.
  expect(marked(edit.insert(at("|👧"), "👩\u200d"))).toBe("👩‍👧|");
});

test("a line grows no longer than a server takes, and ends in a whole character", () => {
  const most = LIMITS.textBytes.value;
  const full = edit.insert(edit.EMPTY, "x".repeat(most - 1));
  expect(edit.insert(full, "👍").text).toBe("x".repeat(most - 1));
  expect(edit.insert(full, "yz").text).toHaveLength(most);
});
