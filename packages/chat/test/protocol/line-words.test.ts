import fc from "fast-check";
import { expect, test } from "vitest";
import { wordsOf } from "../../src/protocol/line-words.ts";
import type { ServerMessage } from "../../src/protocol/server-message.ts";
import { lineDoor } from "../../src/server/line-door.ts";

const at = 0;
const state = { room: "books", epoch: "e", seq: 3, topic: "", owner: "ana", people: ["ana"] };

test.each<[ServerMessage, string | null]>([
  [{ type: "message", room: "books", epoch: "e", seq: 1, from: "ana", text: "hi", at }, "#books <ana> hi"],
  [{ type: "whisper", from: "ana", to: "ben", text: "psst", at }, "[ana] psst"],
  [{ type: "joined", room: "books", nick: "ana", count: 1, at }, "* ana joined books (1 person)."],
  [
    { type: "left", room: "books", nick: "ana", count: 0, reason: "hung up", at },
    "* ana left books: hung up (0 people).",
  ],
  [{ type: "renamed", from: "ana", to: "Zoe", at }, "* ana is called Zoe now."],
  [{ type: "topic", room: "books", topic: "", by: "ana", at }, "* ana says books is about: nothing"],
  [{ type: "owner", room: "books", nick: "ben" }, "* books is ben's now."],
  [{ type: "kicked", room: "books", by: "ana", reason: "" }, "* ana sent you out of books."],
  [{ type: "kicked", by: "operator", reason: "noise" }, "* operator sent you away: noise"],
  [{ type: "notice", text: "tea", at }, "* The operator: tea"],
  [{ type: "shutdown", backInMs: 0 }, "* The server stops. Goodbye."],
  [{ type: "shutdown", backInMs: 4_200 }, "* The server stops. Come back in 5 s."],
  [{ type: "error", code: "IDLE", fact: "f", nextStep: "n", final: true }, "! IDLE: f; n"],
  [{ type: "done", what: "you left books", left: "books" }, "* You left books."],
  [{ type: "room", ...state, topic: "novels" }, "* You are in books, alone. novels"],
  [{ type: "room", ...state, people: ["ana", "ben"] }, "* You are in books, one of 2 people: ana, ben."],
  [{ type: "people", people: [] }, "* 0 people:"],
  [{ type: "rooms", rooms: [{ room: "books", count: 2, topic: "novels" }] }, "* books: 2 people. novels"],
  [{ type: "ack", id: "1" }, null],
])("%j is said as %j", (message, words) => {
  expect(wordsOf(message, false)).toBe(words);
});

test("a message of the room one is in is not marked with the room", () => {
  const message = {
    type: "message",
    room: "books",
    epoch: "e",
    seq: 1,
    from: "ana",
    text: "hi",
    at,
  } as const;
  expect(wordsOf(message, true)).toBe("<ana> hi");
});

test("of a crowd 20 are named to whoever comes in", () => {
  const people = Array.from({ length: 25 }, (_, i) => `p${i}`);
  expect(wordsOf({ type: "room", ...state, people }, true)).toMatch(/one of 25 people: p0, .*, p19, …\.$/);
});

/** OSC 52 (clipboard), CSI (cursor), a title, their C1 forms, BEL, DEL, and marks that turn the reading direction. */
const TRICKS = [
  "\u001b]52;c;cm0gLXJm\u0007",
  "\u001b[2J\u001b[1;1H",
  "\u001b]0;title\u001b\\",
  "\u009b2J",
  "\u009d0;title\u009c",
  "\u202egnp.exe",
  "\u2066x\u2069",
  "a\rb",
  "a\nb",
  "\0",
  "\u007f",
  "\u2028",
];

/** Every place in which a message carries what a stranger wrote. */
const strangers = (text: string): ServerMessage[] => [
  { type: "message", room: "books", epoch: "e", seq: 1, from: "ana", text, at },
  { type: "whisper", from: "ana", to: "ben", text, at },
  { type: "left", room: "books", nick: "ana", count: 1, reason: text, at },
  { type: "topic", room: "books", topic: text, by: "ana", at },
  { type: "kicked", room: "books", by: "ana", reason: text },
  { type: "notice", text, at },
  { type: "error", code: "BAD_TEXT", fact: text, nextStep: text },
  { type: "room", ...state, topic: text },
  { type: "rooms", rooms: [{ room: "books", count: 1, topic: text }] },
];

/** Whether a terminal would do something instead of showing it. Tabs may stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTIVE = /[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

test.each(TRICKS)("%j is one harmless line, wherever a stranger put it", (trick) => {
  for (const message of strangers(`a${trick}b`)) {
    const text = Buffer.from(lineDoor.encode([message], true)).toString();
    expect(text.endsWith("\n")).toBe(true);
    expect(text.slice(0, -1)).not.toMatch(ACTIVE);
  }
});

/** Any text, with those characters more often that may mean something. Half characters are refused before. */
const anyText = fc
  .array(fc.oneof(fc.nat(0xff), fc.integer({ min: 0x2000, max: 0x206f }), fc.nat(0x10ffff)))
  .map((codes) => String.fromCodePoint(...codes.filter((code) => code < 0xd800 || code > 0xdfff)));

test("whatever a stranger writes is one harmless line", () => {
  fc.assert(
    fc.property(anyText, (trick) => {
      const text = Buffer.from(lineDoor.encode(strangers(trick), true)).toString();
      const lines = text.split("\n");
      expect(lines.length).toBe(10);
      expect(lines.filter((line) => ACTIVE.test(line))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
