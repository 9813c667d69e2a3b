import { expect, test } from "vitest";
import { frameOf } from "../../dist/terminal/frame.js";
import { harmless, harmlessText } from "../../dist/terminal/harmless.js";
import { Painter } from "../../dist/terminal/painter.js";
import { chat, screenText } from "./chat.ts";

/** Texts that would do something to a terminal, and what is to be seen instead. */
const HOSTILE = {
  clipboard: ["\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"],
  clear: ["\x1b[2J\x1b[H", "␛[2J␛[H"],
  title: ["\x1b]0;owned\x1b\\", "␛]0;owned␛\\"],
  link: ["\x1b]8;;http://evil\x07here\x1b]8;;\x07", "␛]8;;http://evil␇here␛]8;;␇"],
  color: ["\x1b[31mred\x1b[0m", "␛[31mred␛[0m"],
  c1: ["\x9b2J\x9dtitle\x9c", "<U+009B>2J<U+009D>title<U+009C>"],
  lines: ["one\r\ntwo\u2028three", "one␍␊two<U+2028>three"],
  bidi: ["abc\u202edcba\u2066x", "abc<U+202E>dcba<U+2066>x"],
  bell: ["\x07\x08\x7f\0", "␇␈␡␀"],
  tab: ["a\tb", "a    b"],
} as const;

test.each(Object.entries(HOSTILE))("%s is seen, and does nothing", (_, [text, seen]) => {
  expect(harmlessText(text)).toBe(seen);
});

test("every text of an event is made harmless, however deep it lies", () => {
  const event = { type: "x", people: [{ nick: "\x1b[2J", since: 5, rooms: ["\x07"] }], none: null };
  expect(harmless(event)).toEqual({
    type: "x",
    people: [{ nick: "␛[2J", since: 5, rooms: ["␇"] }],
    none: null,
  });
});

test("a letter keeps the marks of any language, and loses a tower of them", () => {
  expect(harmlessText("ệ")).toBe("ệ");
  expect(harmlessText(`a${"\u0301".repeat(500)}b`)).toBe(`a${"\u0301".repeat(8)}b`);
});

test.each(Object.entries(HOSTILE))(
  "%s in a name, a text, a topic, a room, a reason: the terminal is told nothing of it",
  (_, [text]) => {
    const { state } = chat((client) => {
      client.welcome([{ room: text, epoch: "e", seq: 0, topic: text, owner: text, people: [text, "ana"] }]);
      client.emit("message", { type: "message", room: text, epoch: "e", seq: 1, from: text, text, at: 0 });
      client.emit("whisper", { type: "whisper", from: text, to: "ana", text, at: 0 });
      client.emit("left", { type: "left", room: text, nick: text, count: 1, reason: text, at: 0 });
      client.emit("topic", { type: "topic", room: text, topic: text, by: text, at: 0 });
      client.emit("renamed", { type: "renamed", from: "ana", to: text, at: 0 });
      client.emit("notice", { type: "notice", text, at: 0 });
      client.emit("kicked", { type: "kicked", room: "elsewhere", by: text, reason: text });
      client.emit("refused", { type: "error", code: "BAD_TEXT", fact: text, nextStep: text });
    });
    let drawn = "";
    const colored = true;
    new Painter((bytes) => (drawn += bytes)).paint(frameOf({ state, now: 0, colored }));
    // What the painter itself writes: places, erasing a row, styles, frames, the cursor.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const own = /\x1b\[(?:\d+;\d+H|\d+G|2K|[\d;]*m|\?2026[hl]|\?25[hl])/g;
    expect(drawn.replace(own, "")).not.toMatch(/[\p{Cc}\u2028\u2029\u202e\u2066]/u);
  },
);

test("joiners that join nothing leave the rest of the screen in its place", () => {
  const text = "\u200d\u200d a\u200db \ufe0f\u200b end";
  const { state } = chat((client) => {
    client.welcome();
    client.hear("ben", text);
    client.hear("ben", "next", "lobby", 2);
  });
  const lines = screenText(state);
  const border = new Set(
    lines
      .filter((line) => line.includes("│"))
      .map((line) => line.trimEnd())
      .map((line) => line.includes("│")),
  );
  expect(border).toEqual(new Set([true]));
  expect(lines.some((line) => line.includes("end"))).toBe(true);
  expect(lines.some((line) => line.includes("next"))).toBe(true);
});
