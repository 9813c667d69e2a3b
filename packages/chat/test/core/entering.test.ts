import { expect, test } from "vitest";
import { Chat, LINES } from "./chat.ts";

test("the welcome says who one is, who is online, and who is in the room that everybody begins in", () => {
  const chat = new Chat();
  chat.enter("ana");
  const told = chat.enter("ben");
  expect(told.one("ben", "welcome")).toMatchObject({
    version: 1,
    server: "test",
    nick: "ben",
    online: 2,
    capabilities: expect.arrayContaining(["resume", "repeat"]),
    rooms: [{ room: "lobby", seq: 0, topic: "", owner: null, people: ["ana", "ben"] }],
  });
  expect(told.to("ana")).toEqual([{ type: "joined", room: "lobby", nick: "ben", count: 2, at: chat.now }]);
});

test("a hello names the rooms to begin in; a room that is refused keeps nobody out of the others", () => {
  const chat = new Chat();
  const told = chat.enter("ana", { rooms: ["books", "no room", "#Tea", "BOOKS"] });
  expect(told.one("ana", "welcome").rooms.map(({ room }) => room)).toEqual(["books", "Tea"]);
  expect(told.code("ana")).toBe("BAD_ROOM");
  expect(chat.core.people()).toMatchObject([{ nick: "ana", rooms: ["books", "Tea"] }]);
});

test("an empty list of rooms is nowhere, and a conversation in private is still possible", () => {
  const chat = new Chat();
  expect(chat.enter("ana", { rooms: [] }).one("ana", "welcome").rooms).toEqual([]);
  chat.enter("ben");
  const told = chat.ask("ben", { type: "whisper", to: "ana", text: "psst" });
  expect(told.one("ana", "whisper").text).toBe("psst");
});

test.each([
  [{ nick: "BEN" }, "NICK_TAKEN", "somebody is called Ben already"],
  [{ nick: "no good" }, "BAD_NICK", '"no good" is no nickname'],
  [{ nick: "Root" }, "BAD_NICK", "it is reserved"],
  [{ version: 2 }, "BAD_VERSION", "the server speaks version 1, not 2"],
])("a hello with %j is refused: %s; it changes nothing, and another may follow", (hello, code, fact) => {
  const chat = new Chat();
  chat.enter("Ben");
  const told = chat.enter("ana", hello);
  expect(told.one("ana", "error")).toMatchObject({ code, fact: expect.stringContaining(fact) });
  expect(told.bySession.size).toBe(1);
  expect(chat.core.online).toBe(1);
  expect(chat.enter("ana").one("ana", "welcome").nick).toBe("ana");
});

test("a second hello of one session is refused, and changes nothing", () => {
  const chat = new Chat();
  chat.enter("ana");
  expect(chat.enter("ana", { nick: "other" }).code("ana")).toBe("BAD_MESSAGE");
  expect(chat.core.people().map(({ nick }) => nick)).toEqual(["ana"]);
});

test("whoever asks before the hello is told to say it, with the id of the request", () => {
  const chat = new Chat();
  const told = chat.say("ana", "hi", "lobby", "7");
  expect(told.to("ana")).toMatchObject([{ type: "error", code: "HELLO_FIRST", id: "7" }]);
});

test("a goodbye is told with its reason and the count, and the session ends", () => {
  const chat = new Chat();
  for (const nick of ["ana", "ben"]) chat.enter(nick);
  const told = chat.ask("ana", { type: "quit", reason: "tea" });
  expect(told.to("ben")).toEqual([
    { type: "left", room: "lobby", nick: "ana", count: 1, reason: "quit: tea", at: chat.now },
  ]);
  expect(told.to("ana")).toEqual([]);
  expect(told.ended).toEqual([{ session: "ana", reason: "quit: tea" }]);
  expect(chat.gone("ana").bySession.size).toBe(0);
});

test("a goodbye whose reason is no fit text is a goodbye without one", () => {
  const chat = new Chat();
  for (const nick of ["ana", "ben"]) chat.enter(nick);
  expect(chat.ask("ana", { type: "quit", reason: "a\u001b[2J" }).one("ben", "left").reason).toBe("quit");
});

test("a plain client that is cut off is gone at once, and the name is free", () => {
  const chat = new Chat();
  chat.enter("ben");
  chat.enter("ana", { rooms: ["lobby", "books"] }, LINES);
  const told = chat.gone("ana");
  expect(told.to("ben")).toMatchObject([{ type: "left", nick: "ana", count: 1, reason: "lost" }]);
  expect(told.ended).toEqual([]);
  expect(chat.core.rooms().map(({ room }) => room)).toEqual(["lobby"]);
  expect(chat.core.awaited).toBe(0);
  chat.enter("ana");
});

test("the operator sends somebody away: told, left, ended; nobody of that name is undefined", () => {
  const chat = new Chat();
  for (const nick of ["ana", "ben"]) chat.enter(nick);
  const told = chat.expel("ANA", "noise");
  expect(told?.to("ana")).toEqual([{ type: "kicked", by: "operator", reason: "noise" }]);
  expect(told?.one("ben", "left").reason).toBe("kicked by the operator: noise");
  expect(told?.ended.map(({ session }) => session)).toEqual(["ana"]);
  expect(chat.expel("ana")).toBeUndefined();
  // The token is worth nothing any more.
  expect(chat.core.awaited).toBe(0);
});

test("what is told to all reaches everybody who has entered, in whatever room", () => {
  const chat = new Chat();
  chat.enter("ana", { rooms: ["books"] });
  chat.enter("ben", { rooms: [] });
  const [effect] = chat.core.tellAll({ type: "shutdown", backInMs: 5 });
  expect(effect).toMatchObject({ kind: "publish", to: new Set(["ana", "ben"]) });
});
