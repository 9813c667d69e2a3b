import { expect, test } from "vitest";
import { complete, completed, next } from "../../dist/terminal/complete.js";
import { typed } from "../../dist/terminal/editor.js";
import { enter, NOTHING_TYPED, type Typing, type } from "../../dist/terminal/typing.js";
import { key } from "./key.ts";

const KNOWN = {
  commands: ["/join", "/leave", "/list"],
  nicks: ["ben", "Anna", "andy"],
  rooms: ["lobby", "books"],
};

function press(typing: Typing, ...names: string[]): Typing {
  return names.reduce((now, name) => type(now, key(name), () => KNOWN) ?? now, typing);
}

function write(text: string, typing = NOTHING_TYPED): Typing {
  return press(typing, ...text);
}

test.each([
  ["an", ["Anna: ", "andy: "]],
  ["hello b", ["hello ben "]],
  ["/l", ["/leave ", "/list "]],
  ["/join b", ["/join books"]],
  ["/LEAVE l", ["/LEAVE lobby"]],
  ["/w a", ["/w Anna ", "/w andy "]],
  ["/kick BEN", ["/kick ben "]],
  ["", ["ben: ", "Anna: ", "andy: "]],
  ["x", undefined],
])("Tab after %j offers %j", (text, offered) => {
  const completion = complete(typed(text), KNOWN);
  const all = completion?.candidates.map((_, at) => completed({ ...completion, at }).text);
  expect(all).toEqual(offered);
});

test("a word in the middle is completed where it is, and a space that is there is not doubled", () => {
  const completion = complete({ text: "hello b how are you", cursor: 7 }, KNOWN);
  expect(completion && completed(completion)).toEqual({ text: "hello ben how are you", cursor: 10 });
});

test("Tab goes round, Shift-Tab back, and another key takes what is there", () => {
  let typing = write("an");
  const seen = ["tab", "tab", "tab", "shift-tab"].map((name) => {
    typing = press(typing, name);
    return typing.editor.text;
  });
  expect(seen).toEqual(["Anna: ", "andy: ", "Anna: ", "andy: "]);
  typing = write("hi", typing);
  expect(typing).toMatchObject({ editor: { text: "andy: hi" }, completion: undefined });
  expect(next({ before: "", after: "", candidates: ["a"], suffix: "", at: 0 }, -1).at).toBe(0);
});

test("the arrows go through what was entered, and back to what is being typed", () => {
  let typing = enter(write("two", enter(write("one"))));
  typing = write("dra", typing);
  const seen = ["up", "up", "up", "down", "down", "down"].map((name) => {
    typing = press(typing, name);
    return typing.editor.text;
  });
  expect(seen).toEqual(["two", "one", "one", "two", "dra", "dra"]);
});

test("a line that is entered twice in a row, or is empty, is remembered once, or not at all", () => {
  const typing = enter(enter(write("one", enter(write("one")))));
  expect(typing.history.lines).toEqual(["one"]);
});

test("only the last 500 lines are remembered", () => {
  let typing = NOTHING_TYPED;
  for (let line = 0; line < 600; line++) typing = enter({ ...typing, editor: typed(`line ${line}`) });
  expect(typing.history.lines).toHaveLength(500);
  expect(typing.history.lines[0]).toBe("line 100");
});

test("keys that write nothing are not for the line", () => {
  for (const name of ["f5", "ctrl-x", "alt-x", "escape", "pageup"]) {
    expect(type(NOTHING_TYPED, key(name), () => KNOWN)).toBeUndefined();
  }
});
