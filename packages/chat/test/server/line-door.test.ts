import fc from "fast-check";
import { expect, test } from "vitest";
import { LINE_COMMANDS, readLine } from "../../src/protocol/line-commands.ts";
import type { ServerMessage } from "../../src/protocol/server-message.ts";
import { lineDoor } from "../../src/server/line-door.ts";
import { type Answer, requests, visiting, WELCOME } from "./visits.ts";

/** Lets everybody in. */
const welcomes: Answer = ({ kind }, visit) => {
  if (kind === "hello") visit.encode(WELCOME);
};
const hello = (nick: string, more = {}) => ({ type: "hello", version: 1, nick, ...more });
const say = (text: string, room = "lobby") => ({ type: "say", room, text });

test("every byte opens it: frames, which come first, take their own", () => {
  for (let byte = 0; byte < 256; byte++) expect(lineDoor.opens(byte)).toBe(true);
});

test.each([
  ["hello", say("hello", "r")],
  ["  spaces stay  ", say("  spaces stay  ", "r")],
  ["//etc/passwd", say("/etc/passwd", "r")],
  ["/help", { type: "help" }],
  ["/HELP me", { type: "help" }],
  ["/nick Zoe", { type: "nick", nick: "Zoe" }],
  ["/list", { type: "people" }],
  ["/list books", { type: "people", room: "books" }],
  ["/who #books", { type: "people", room: "#books" }],
  ["/rooms", { type: "rooms" }],
  ["/join books", { type: "join", room: "books" }],
  ["/leave", { type: "leave", room: "r" }],
  ["/leave books", { type: "leave", room: "books" }],
  ["/whisper ben hi  there", { type: "whisper", to: "ben", text: "hi  there" }],
  ["/w ben hi", { type: "whisper", to: "ben", text: "hi" }],
  ["/msg ben /not a command", { type: "whisper", to: "ben", text: "/not a command" }],
  ["/topic all about  it ", { type: "topic", room: "r", topic: "all about  it" }],
  ["/topic -", { type: "topic", room: "r", topic: "" }],
  ["/kick ben", { type: "kick", room: "r", nick: "ben", reason: "" }],
  ["/kick ben too loud", { type: "kick", room: "r", nick: "ben", reason: "too loud" }],
  ["/quit", { type: "quit", reason: "" }],
  ["/exit tea time", { type: "quit", reason: "tea time" }],
])("%j asks for %j", (line, expected) => {
  expect(readLine(line, "r")).toEqual(expected);
});

test.each([
  ["/", "UNKNOWN_TYPE", "there is no command /"],
  ["/ hi", "UNKNOWN_TYPE", "there is no command /"],
  ["/dance now", "UNKNOWN_TYPE", "there is no command /dance"],
  [`/${"x".repeat(100)}`, "UNKNOWN_TYPE", `there is no command /${"x".repeat(40)}`],
  ["/nick", "BAD_MESSAGE", "something is missing after the command"],
  ["/join  ", "BAD_MESSAGE", "something is missing after the command"],
  ["/w ben", "BAD_MESSAGE", "something is missing after the command"],
  ["/topic ", "BAD_MESSAGE", "something is missing after the command"],
  ["/kick", "BAD_MESSAGE", "something is missing after the command"],
])("%j is refused: %s", (line, code, fact) => {
  expect(readLine(line, "r")).toMatchObject({ code, fact });
});

test.each(["hello", "/leave", "/topic x", "/kick ben"])("%j needs a room to be in", (line) => {
  expect(readLine(line, undefined)).toMatchObject({ code: "NOT_IN_ROOM" });
});

test("every command of the list is known", () => {
  for (const { usage } of LINE_COMMANDS) {
    const line = usage.replace(/[[\]]/g, "");
    expect(readLine(line, "r")).not.toHaveProperty("code");
  }
});

test("the first line is the nickname, what follows is said; blank lines and CR LF do nothing", () => {
  const bytes = "\n\r\n  \r\n ana \r\nhello\r\n\nyes\n/rooms\r\n";
  expect(requests(visiting(lineDoor), [bytes], welcomes)).toEqual([
    hello("ana"),
    say("hello"),
    say("yes"),
    { type: "rooms" },
  ]);
});

test("/nick NAME is understood where a nickname is expected", () => {
  expect(requests(visiting(lineDoor), ["/NICK  ana\n"], welcomes)).toEqual([hello("ana")]);
});

test("a nickname that is refused: the next line is another", () => {
  const answers: ServerMessage[] = [{ type: "error", code: "NICK_TAKEN", fact: "f", nextStep: "n" }, WELCOME];
  const told: string[] = [];
  const answer: Answer = ({ kind }, visit) => {
    if (kind === "hello") told.push(Buffer.from(visit.encode(answers.shift() as ServerMessage)).toString());
  };
  expect(requests(visiting(lineDoor), ["ana\nben\nhello\n"], answer)).toEqual([
    hello("ana"),
    hello("ben"),
    say("hello"),
  ]);
  expect(told[0]).toBe("! NICK_TAKEN: f; n\n");
});

test("a password that is asked for is the next line, as it is; then the nickname may be another", () => {
  const missing = { type: "error", code: "BAD_PASSWORD", fact: "f", nextStep: "n" } as const;
  const taken = { type: "error", code: "NICK_TAKEN", fact: "f", nextStep: "n" } as const;
  const answers = [missing, missing, taken, WELCOME];
  const told: string[] = [];
  const answer: Answer = ({ kind }, visit) => {
    if (kind === "hello") told.push(Buffer.from(visit.encode(answers.shift() as ServerMessage)).toString());
  };
  expect(requests(visiting(lineDoor), ["ana\nwrong\n right \nben\n"], answer)).toEqual([
    hello("ana"),
    hello("ana", { password: "wrong" }),
    hello("ana", { password: " right " }),
    hello("ben"),
  ]);
  expect(told.slice(0, 3)).toEqual(["* Password?\n", "* Password?\n", "! NICK_TAKEN: f; n\n"]);
});

test("what is typed goes to the room one came into last, and back to the one before when that is left", () => {
  const visit = visiting(lineDoor);
  requestsOf("ana\n", welcomes);
  const enter = (room: string) =>
    visit.encode({ type: "room", room, epoch: "e", seq: 0, topic: "", owner: "ana", people: ["ana"] });
  enter("books");
  expect(requestsOf("a\n")).toEqual([say("a", "books")]);
  enter("tea");
  enter("books");
  expect([visit.isHere("books"), visit.isHere("tea")]).toEqual([true, false]);
  visit.encode({ type: "done", what: "you left books", left: "books" });
  expect(requestsOf("b\n")).toEqual([say("b", "tea")]);
  visit.encode({ type: "kicked", room: "tea", by: "ben", reason: "" });
  expect(requestsOf("c\n")).toEqual([say("c", "lobby")]);
  visit.encode({ type: "done", what: "you left lobby", left: "lobby" });
  expect(requestsOf("d\n")).toEqual(["! NOT_IN_ROOM: you are in no room; go into one: /join ROOM\n"]);

  function requestsOf(bytes: string, answer?: Answer) {
    return requests({ ...stays(visit), end: () => {} }, [bytes], answer);
  }
});

test("many messages at once are the same bytes as one by one, however long they are together", () => {
  const messages = Array.from({ length: 300 }, (_, i) => {
    const text = `${i} ${"ü🚀x".repeat(i)}`;
    return { type: "message", room: "r", from: "ana", text, epoch: "e", seq: i, at: 0 } as const;
  });
  const one = messages.map((message) => Buffer.from(lineDoor.encode([message], true)));
  for (const count of [0, 1, 120, 300])
    expect(Buffer.from(lineDoor.encode(messages.slice(0, count), true))).toEqual(
      Buffer.concat(one.slice(0, count)),
    );
});

/** The same visit, whose end the test decides on. */
const stays = (visit: ReturnType<typeof visiting>) => ({
  push: (chunk: Uint8Array) => visit.push(chunk),
  next: () => visit.next(),
  encode: (message: ServerMessage) => visit.encode(message),
  isHere: (room: string) => visit.isHere(room),
});

const CONVERSATION = Buffer.from("ana\r\nhä 🚀\r\n\r\n/w b p\n//s\n/topic ü\nlast");

test("bytes cut after every byte, in every pair of places and one by one ask for the same", () => {
  const whole = requests(visiting(lineDoor), [CONVERSATION], welcomes);
  expect(whole).toHaveLength(6);
  const found = new Set<string>();
  const cutAt = (...places: number[]) => {
    const parts = [0, ...places].map((at, i) => CONVERSATION.subarray(at, places[i]));
    found.add(
      JSON.stringify(
        requests(
          visiting(lineDoor),
          parts.filter(({ length }) => length > 0),
          welcomes,
        ),
      ),
    );
  };
  for (let at = 0; at <= CONVERSATION.length; at++)
    for (let then = at; then <= CONVERSATION.length; then++) cutAt(at, then);
  cutAt(...CONVERSATION.keys());
  expect([...found]).toEqual([JSON.stringify(whole)]);
});

test("the last line needs no line feed when the bytes are at their end, and is no line before", () => {
  const visit = visiting(lineDoor);
  visit.push(Buffer.from("ana"));
  expect(visit.next()).toBeNull();
  visit.end();
  expect(visit.next()).toEqual({ kind: "hello", hello: hello("ana") });
  expect(visit.next()).toBeNull();
});

test("a line of the longest length is taken, and one byte more is FRAME_TOO_LONG", () => {
  const line = "x".repeat(100);
  expect(requests(visiting(lineDoor, { frameBytes: 100 }), [`ana\n${line}\r\n`], welcomes)).toEqual([
    hello("ana"),
    say(line),
  ]);
  for (const tail of ["x\n", "x"]) {
    expect(requests(visiting(lineDoor, { frameBytes: 100 }), [`ana\n${line}${tail}`], welcomes)).toEqual([
      hello("ana"),
      "FRAME_TOO_LONG",
    ]);
  }
});

test("bytes that are no UTF-8 are BAD_TEXT, and the lines before them are carried out", () => {
  const bytes = Buffer.concat([Buffer.from("ana\nhi\n"), Buffer.from([0xff, 0xfb, 0x01, 0x0a])]);
  expect(requests(visiting(lineDoor), [bytes], welcomes)).toEqual([hello("ana"), say("hi"), "BAD_TEXT"]);
});

test("any bytes, however they are cut, ask for the same", () => {
  const pieces = fc.array(
    fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("\n", "\r\n", "\r", "/join a", "/", "é", "\0")),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(40), { maxLength: 8 }), (texts, places) => {
      const bytes = Buffer.from(texts.join(""));
      const at = [0, ...places.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
      const cut = at
        .slice(1)
        .map((end, i) => bytes.subarray(at[i], end))
        .filter(({ length }) => length > 0);
      expect(requests(visiting(lineDoor), cut, welcomes)).toEqual(
        requests(visiting(lineDoor), bytes.length > 0 ? [bytes] : [], welcomes),
      );
    }),
    { numRuns: 200 },
  );
});
