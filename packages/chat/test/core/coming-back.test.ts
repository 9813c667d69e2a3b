import { expect, test } from "vitest";
import type { Position } from "../../src/protocol/server-message.ts";
import { Chat } from "./chat.ts";

/** ana, and ben, who has heard one message of hers. */
function two(limits = {}) {
  const chat = new Chat(limits);
  const ana = chat.enter("ana").one("ana", "welcome");
  const ben = chat.enter("ben").one("ben", "welcome");
  const { epoch } = chat.say("ana", "one").one("ben", "message");
  return { chat, ana, ben, epoch };
}

const seen = (epoch: string, seq: number): Record<string, Position> => ({ lobby: [epoch, seq] });

test("who was cut off comes back with the token: the same name, what was missed, recovered", () => {
  const { chat, ben, epoch } = two();
  expect(chat.gone("ben").one("ana", "left")).toMatchObject({ nick: "ben", count: 1, reason: "lost" });
  chat.say("ana", "two");
  chat.say("ana", "three");
  const told = chat.enter("again", { nick: "other", token: ben.token, resume: seen(epoch, 1) });
  const [welcome, ...missed] = told.to("again");
  expect(welcome).toMatchObject({ nick: "ben", token: ben.token, rooms: [{ seq: 3, recovered: true }] });
  expect(missed).toMatchObject([
    { type: "message", seq: 2, text: "two" },
    { type: "message", seq: 3, text: "three" },
  ]);
  expect(told.to("ana")).toMatchObject([{ type: "joined", nick: "ben", count: 2 }]);
  expect(chat.core.awaited).toBe(0);
});

test("a room that nobody is in keeps its history for who is awaited", () => {
  const { chat } = two();
  const { token } = chat.enter("cat", { rooms: ["books"] }).one("cat", "welcome");
  const { epoch } = chat.say("cat", "one", "books").one("cat", "message");
  chat.gone("cat");
  expect(chat.core.rooms()).toContainEqual({ room: "books", count: 0, topic: "" });
  const told = chat.enter("again", { token, resume: { books: [epoch, 0] } });
  expect(told.one("again", "welcome").rooms[0]).toMatchObject({ epoch, recovered: true, owner: "cat" });
  expect(told.texts("again")).toEqual(["one"]);
});

test("given up after repeatMs, and not before: the name is free, the room is gone", () => {
  const { chat } = two({ repeatMs: 1_000 });
  const { token } = chat.enter("cat", { rooms: ["books"] }).one("cat", "welcome");
  chat.gone("cat");
  chat.pass(999);
  expect([chat.core.awaited, chat.core.roomCount]).toEqual([1, 2]);
  const told = chat.pass(1);
  expect(told.bySession.size).toBe(0);
  expect([chat.core.awaited, chat.core.roomCount]).toEqual([0, 1]);
  const later = chat.enter("again", { nick: "cat", token, rooms: ["books"] });
  expect(later.one("again", "welcome").token).not.toBe(token);
});

test("of several who are awaited, those who came back in between are not given up", () => {
  const { chat, ana, ben } = two({ repeatMs: 1_000 });
  chat.gone("ana");
  chat.pass(500);
  chat.gone("ben");
  chat.enter("ana2", { token: ana.token });
  chat.pass(400);
  chat.gone("ana2");
  chat.pass(600);
  expect(chat.core.awaited).toBe(1);
  chat.enter("ana3", { token: ana.token });
  expect(chat.core.nickOf("ana3")).toBe("ana");
  expect(chat.enter("ben2", { nick: "ben", token: ben.token }).one("ben2", "welcome").token).not.toBe(
    ben.token,
  );
});

test("history that does not reach far enough: recovered is false, and what is kept follows", () => {
  const { chat, ben, epoch } = two({ historyMessages: 2 });
  chat.gone("ben");
  for (const text of ["two", "three", "four"]) chat.say("ana", text);
  const told = chat.enter("again", { token: ben.token, resume: seen(epoch, 1) });
  expect(told.one("again", "welcome").rooms[0]?.recovered).toBe(false);
  expect(told.texts("again")).toEqual(["three", "four"]);
});

test("a position of another epoch is lost history, and all that is kept follows", () => {
  const { chat, ben } = two();
  const told = chat.enter("again", { token: ben.token, resume: seen("another", 1) });
  expect(told.one("again", "welcome").rooms[0]?.recovered).toBe(false);
  expect(told.texts("again")).toEqual(["one"]);
});

test("a position ahead of the room misses nothing", () => {
  const { chat, ben, epoch } = two();
  const told = chat.enter("again", { token: ben.token, resume: seen(epoch, 99) });
  expect(told.one("again", "welcome").rooms[0]?.recovered).toBe(true);
  expect(told.texts("again")).toEqual([]);
});

test("a newcomer without a token may resume too: after a restart of the client, or of the server", () => {
  const { chat, epoch } = two();
  const told = chat.enter("cat", { token: "unknown", resume: seen(epoch, 0) });
  expect(told.one("cat", "welcome").rooms[0]?.recovered).toBe(true);
  expect(told.texts("cat")).toEqual(["one"]);
});

test("a join may resume, and a hello that does not says nothing of recovery", () => {
  const { chat, epoch } = two();
  chat.ask("ben", { type: "leave", room: "lobby" });
  chat.say("ana", "two");
  const told = chat.ask("ben", { type: "join", id: "1", room: "lobby", resume: [epoch, 1] });
  expect(told.one("ben", "room")).toMatchObject({ id: "1", seq: 2, recovered: true });
  expect(told.texts("ben")).toEqual(["two"]);
  expect(chat.enter("cat").one("cat", "welcome").rooms[0]).not.toHaveProperty("recovered");
});

test("the token takes over a session that is still there, and nobody sees it", () => {
  const { chat, ben, epoch } = two();
  const told = chat.enter("ben2", { token: ben.token, resume: seen(epoch, 1) });
  expect(told.ended).toEqual([{ session: "ben", reason: "came back by another connection" }]);
  expect(told.to("ana")).toEqual([]);
  expect(told.one("ben2", "welcome").rooms[0]?.people).toEqual(["ana", "ben"]);
  expect(chat.gone("ben").bySession.size).toBe(0);
  expect(chat.say("ana", "two").to("ben")).toEqual([]);
  expect(chat.say("ben2", "here").texts("ana")).toEqual(["here"]);
  expect(chat.say("ben", "ghost").code("ben")).toBe("HELLO_FIRST");
  expect(chat.core.online).toBe(2);
});

test("who comes back and does not name a room any more has left it, and the others hear that once", () => {
  const { chat, ben } = two();
  const told = chat.enter("ben2", { token: ben.token, rooms: ["books"] });
  expect(told.to("ana")).toMatchObject([{ type: "left", nick: "ben", reason: "left", count: 1 }]);
  chat.gone("ben2");
  expect(chat.enter("ben3", { token: ben.token, rooms: [] }).to("ana")).toEqual([]);
  expect(chat.core.rooms().map(({ room }) => room)).toEqual(["lobby"]);
});

test("a name that was changed is kept as well", () => {
  const { chat, ben } = two();
  chat.ask("ben", { type: "nick", nick: "Benno" });
  chat.gone("ben");
  expect(chat.enter("again", { token: ben.token }).one("again", "welcome").nick).toBe("Benno");
});

test("who is expelled while awaited cannot come back as the same person", () => {
  const { chat, ben } = two();
  chat.gone("ben");
  expect(chat.expel("ben")?.bySession.size).toBe(0);
  const told = chat.enter("again", { nick: "ben", token: ben.token });
  expect(told.one("again", "welcome").token).not.toBe(ben.token);
});

test("a message sent again with the same id is acknowledged again, and not said again", () => {
  const { chat } = two();
  const first = chat.say("ben", "hi", "lobby", "7").one("ben", "ack");
  const again = chat.say("ben", "hi", "lobby", "7");
  expect(again.to("ben")).toEqual([{ ...first, repeat: true }]);
  expect(again.bySession.size).toBe(1);
  const whisper = { type: "whisper", id: "8", to: "ana", text: "psst" } as const;
  chat.ask("ben", whisper);
  expect(chat.ask("ben", whisper).to("ben")).toEqual([{ type: "ack", id: "8", repeat: true }]);
});

test("a repeat is known across connections: that is what it is for", () => {
  const { chat, ben } = two();
  chat.say("ben", "hi", "lobby", "7");
  chat.gone("ben");
  chat.enter("again", { token: ben.token });
  expect(chat.say("again", "hi", "lobby", "7").one("again", "ack")).toMatchObject({ seq: 2, repeat: true });
});

test("a repeat is acknowledged where its author is not any more: it was said", () => {
  const { chat } = two();
  for (const nick of ["ana", "ben"]) chat.join(nick, "books");
  const first = chat.say("ben", "hi", "books", "7").one("ben", "ack");
  chat.ask("ana", { type: "kick", room: "books", nick: "ben" });
  expect(chat.say("ben", "hi", "books", "7").to("ben")).toEqual([{ ...first, repeat: true }]);
});

test("ids are one's own: another person's same id is another message", () => {
  const { chat } = two();
  chat.say("ben", "hi", "lobby", "7");
  expect(chat.say("ana", "hi", "lobby", "7").one("ana", "ack")).not.toHaveProperty("repeat");
});

test("a refused message is not remembered: it may be mended and sent under its id", () => {
  const { chat } = two();
  expect(chat.say("ben", "a\u0007", "lobby", "7").code("ben")).toBe("BAD_TEXT");
  expect(chat.say("ben", "a", "lobby", "7").one("ben", "ack")).not.toHaveProperty("repeat");
});

test("a repeat is forgotten after repeatMs, and not before", () => {
  const { chat } = two({ repeatMs: 1_000 });
  chat.say("ben", "hi", "lobby", "7");
  chat.pass(999);
  expect(chat.say("ben", "hi", "lobby", "7").one("ben", "ack").repeat).toBe(true);
  chat.pass(1);
  expect(chat.say("ben", "hi", "lobby", "7").one("ben", "ack")).not.toHaveProperty("repeat");
});

test("the ids of one person that are remembered are bounded: the oldest are forgotten", () => {
  const { chat } = two();
  for (let i = 0; i <= 4_096; i++) chat.say("ben", "hi", "lobby", `${i}`);
  expect(chat.say("ben", "hi", "lobby", "1").one("ben", "ack").repeat).toBe(true);
  expect(chat.say("ben", "hi", "lobby", "0").one("ben", "ack")).not.toHaveProperty("repeat");
});

test("a token that the client made up is the person's own, and brings back one whose first welcome got lost", () => {
  const chat = new Chat();
  const token = "made-up-by-the-client-00";
  expect(chat.enter("first", { nick: "ana", token }).one("first", "welcome").token).toBe(token);
  chat.gone("first");
  const { nick } = chat.enter("second", { nick: "ana", token }).one("second", "welcome");
  expect(nick).toBe("ana");
});

test("a token that could be guessed is not taken", () => {
  const chat = new Chat();
  expect(chat.enter("ana", { token: "1234" }).one("ana", "welcome").token).not.toBe("1234");
});
