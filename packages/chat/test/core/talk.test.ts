import { expect, test } from "vitest";
import { Chat, LINES } from "./chat.ts";

function three(): Chat {
  const chat = new Chat();
  for (const nick of ["ana", "ben", "cat"]) chat.enter(nick);
  return chat;
}

test("what is said in a room is told to all who are in it, numbered, and acknowledged", () => {
  const chat = three();
  const { epoch } = chat.join("ana", "lobby").one("ana", "room");
  const told = chat.say("ana", "hi", "#Lobby", "7");
  const message = { type: "message", room: "lobby", epoch, seq: 1, from: "ana", text: "hi", at: chat.now };
  expect(told.to("ben")).toEqual([message]);
  expect(told.to("cat")).toEqual([message]);
  // After the message itself, which a door may show to its author.
  expect(told.to("ana")).toEqual([message, { type: "ack", id: "7", room: "lobby", epoch, seq: 1 }]);
  expect(chat.say("ben", "hello").one("cat", "message").seq).toBe(2);
});

test("without an id there is no acknowledgement", () => {
  expect(
    three()
      .say("ana", "hi")
      .to("ana")
      .map(({ type }) => type),
  ).toEqual(["message"]);
});

test("what is said in one room is not heard in another, and each room counts for itself", () => {
  const chat = three();
  for (const nick of ["ana", "ben"]) chat.join(nick, "books");
  const told = chat.say("ana", "quiet", "books");
  expect([...told.bySession.keys()].sort()).toEqual(["ana", "ben"]);
  expect(told.one("ben", "message")).toMatchObject({ room: "books", seq: 1 });
  expect(chat.say("ana", "loud").one("ben", "message").seq).toBe(1);
});

test.each([
  ["", "there is no text"],
  ["a\nb", "the text has a control character, U+000A"],
  ["a\u001b]52;c;eA\u0007", "the text has a control character, U+001B"],
  ["\ud800", "the text has half a character"],
  ["x".repeat(8_193), "the text has 8193 bytes; at most 8192 are taken"],
])("the text %j is said to nobody", (text, fact) => {
  const chat = three();
  for (const told of [chat.say("ana", text), chat.ask("ana", { type: "whisper", to: "ben", text })]) {
    expect(told.to("ana")).toMatchObject([{ type: "error", code: "BAD_TEXT", fact }]);
    expect(told.bySession.size).toBe(1);
  }
  expect(chat.join("ana", "lobby").one("ana", "room").seq).toBe(0);
});

test("a whisper reaches one person, by any case of the name, and is acknowledged without a room", () => {
  const chat = three();
  const told = chat.ask("ana", { type: "whisper", id: "1", to: "BEN", text: "psst" });
  expect(told.to("ben")).toEqual([{ type: "whisper", from: "ana", to: "ben", text: "psst", at: chat.now }]);
  expect(told.to("ana")).toEqual([{ type: "ack", id: "1" }]);
  expect(told.to("cat")).toEqual([]);
});

test("a whisper to nobody, or to somebody who is awaited, is refused", () => {
  const chat = three();
  chat.gone("ben");
  for (const to of ["dan", "ben"]) {
    expect(chat.ask("ana", { type: "whisper", to, text: "psst" }).code("ana")).toBe("NO_SUCH_PERSON");
  }
});

test("a new nickname is told once to everybody in the same rooms, and to oneself", () => {
  const chat = three();
  for (const nick of ["ana", "ben"]) chat.join(nick, "books");
  const told = chat.ask("ana", { type: "nick", id: "1", nick: "Zoe" });
  for (const nick of ["ben", "cat"]) {
    expect(told.to(nick)).toEqual([{ type: "renamed", from: "ana", to: "Zoe", at: chat.now }]);
  }
  expect(told.to("ana").map(({ type }) => type)).toEqual(["renamed", "done"]);
  expect(chat.core.nickOf("ana")).toBe("Zoe");
  expect(chat.say("ana", "hi").one("ben", "message").from).toBe("Zoe");
  expect(chat.ask("ben", { type: "whisper", to: "zoe", text: "hi" }).one("ana", "whisper").to).toBe("Zoe");
  chat.enter("ana2", { nick: "ana" });
});

test("a nickname that is taken, or none, is refused; one's own may change its case", () => {
  const chat = three();
  expect(chat.ask("ana", { type: "nick", nick: "Ben" }).code("ana")).toBe("NICK_TAKEN");
  expect(chat.ask("ana", { type: "nick", nick: "server" }).code("ana")).toBe("BAD_NICK");
  expect(chat.ask("ana", { type: "nick", nick: "a b" }).code("ana")).toBe("BAD_NICK");
  expect(chat.ask("ana", { type: "nick", nick: "ANA" }).one("ben", "renamed").to).toBe("ANA");
  expect(chat.core.people().map(({ nick }) => nick)).toEqual(["ANA", "ben", "cat"]);
});

test("the name of somebody who is awaited is taken", () => {
  const chat = three();
  chat.gone("ben");
  expect(chat.ask("ana", { type: "nick", nick: "ben" }).code("ana")).toBe("NICK_TAKEN");
  expect(chat.enter("dan", { nick: "BEN" }).one("dan", "error").fact).toBe("ben was cut off and may be back");
});

test("people from different doors are in one conversation", () => {
  const chat = three();
  chat.enter("dan", {}, LINES);
  expect(chat.say("dan", "hi").texts("ana")).toEqual(["hi"]);
  expect(chat.say("ana", "hello").texts("dan")).toEqual(["hello"]);
});
