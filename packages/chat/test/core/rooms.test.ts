import { expect, test } from "vitest";
import { Chat } from "./chat.ts";

/** Three people; ana has opened books, and the others are in it. */
function books(): Chat {
  const chat = new Chat();
  for (const nick of ["ana", "ben", "cat"]) chat.enter(nick);
  for (const nick of ["ana", "ben", "cat"]) chat.join(nick, "books");
  return chat;
}

test("the first to join opens a room and owns it; the answer says so, with the id of the request", () => {
  const chat = new Chat();
  chat.enter("ana");
  const told = chat.ask("ana", { type: "join", id: "1", room: "#Books" });
  expect(told.to("ana")).toMatchObject([
    { type: "room", id: "1", room: "Books", owner: "ana", seq: 0, people: ["ana"] },
  ]);
  expect(chat.core.rooms()).toEqual([
    { room: "lobby", count: 1, topic: "" },
    { room: "Books", count: 1, topic: "" },
  ]);
});

test("others hear of who joins; the name of a room is that of its first opening", () => {
  const chat = books();
  chat.enter("dan");
  const told = chat.join("dan", "BOOKS");
  expect(told.one("dan", "room")).toMatchObject({ room: "books", people: ["ana", "ben", "cat", "dan"] });
  for (const nick of ["ana", "ben", "cat"]) {
    expect(told.one(nick, "joined")).toMatchObject({ room: "books", nick: "dan", count: 4 });
  }
});

test("to join twice changes nothing, and nobody hears of it", () => {
  const chat = books();
  const told = chat.join("ben", "books");
  expect([...told.bySession.keys()]).toEqual(["ben"]);
  expect(chat.core.rooms()[1]?.count).toBe(3);
});

test("who leaves is told, the others are told with the count, and what is said there is not heard any more", () => {
  const chat = books();
  const told = chat.ask("ben", { type: "leave", id: "9", room: "Books" });
  expect(told.to("ben")).toEqual([{ type: "done", id: "9", what: "you left books", left: "books" }]);
  expect(told.one("cat", "left")).toMatchObject({ room: "books", nick: "ben", count: 2, reason: "left" });
  expect(chat.say("ana", "hi", "books").to("ben")).toEqual([]);
});

test("an empty room vanishes, and the same name later is another room", () => {
  const chat = new Chat();
  chat.enter("ana");
  const before = chat.join("ana", "books").one("ana", "room");
  chat.say("ana", "one", "books");
  chat.ask("ana", { type: "leave", room: "books" });
  expect(chat.core.roomCount).toBe(1);
  const after = chat.join("ana", "books").one("ana", "room");
  expect(after.seq).toBe(0);
  expect(after.epoch).not.toBe(before.epoch);
});

test("the room that everybody begins in stays when it is empty, and nobody owns it", () => {
  const chat = new Chat();
  const { epoch } = chat.enter("ana").one("ana", "welcome").rooms[0] ?? {};
  chat.say("ana", "one");
  chat.ask("ana", { type: "leave", room: "lobby" });
  expect(chat.core.rooms()).toEqual([{ room: "lobby", count: 0, topic: "" }]);
  expect(chat.join("ana", "lobby").one("ana", "room")).toMatchObject({ epoch, seq: 1, owner: null });
});

test("one person may be in so many rooms, counting those of the hello", () => {
  const chat = new Chat({ roomsPerUser: 3 });
  const told = chat.enter("ana", { rooms: ["a", "b", "c", "d"] });
  expect(told.one("ana", "welcome").rooms).toHaveLength(3);
  expect(told.code("ana")).toBe("TOO_MANY_ROOMS");
  expect(chat.join("ana", "e").code("ana")).toBe("TOO_MANY_ROOMS");
  // It was not opened either.
  expect(chat.core.roomCount).toBe(4);
  expect(chat.join("ana", "C").one("ana", "room").room).toBe("c");
  chat.ask("ana", { type: "leave", room: "a" });
  chat.join("ana", "e");
});

test.each([
  ["leave", "NOT_IN_ROOM", "books"],
  ["leave", "NO_SUCH_ROOM", "tea"],
  ["say", "NOT_IN_ROOM", "books"],
  ["topic", "NOT_IN_ROOM", "books"],
  ["kick", "NO_SUCH_ROOM", "tea"],
  ["people", "NO_SUCH_ROOM", "tea"],
] as const)("%s is refused with %s for the room %s", (type, code, room) => {
  const chat = books();
  chat.enter("dan");
  const more = { say: { text: "hi" }, topic: { topic: "t" }, kick: { nick: "ana" }, leave: {}, people: {} };
  const told = chat.ask("dan", { type, id: "3", room, ...more[type] } as never);
  expect(told.to("dan")).toMatchObject([{ type: "error", id: "3", code }]);
  expect(told.bySession.size).toBe(1);
});

test("when the owner leaves, who has been there the longest owns the room, and all there are told", () => {
  const chat = books();
  const told = chat.ask("ana", { type: "leave", room: "books" });
  for (const nick of ["ben", "cat"]) {
    expect(told.to(nick)).toMatchObject([{ type: "left" }, { type: "owner", room: "books", nick: "ben" }]);
  }
  chat.ask("ben", { type: "quit" });
  expect(chat.join("cat", "books").one("cat", "room").owner).toBe("cat");
});

test("an owner who is awaited stays the owner; given up, it passes on", () => {
  const chat = books();
  chat.gone("ana");
  expect(chat.join("ben", "books").one("ben", "room").owner).toBe("ana");
  const told = chat.pass(120_000);
  expect(told.to("ben")).toMatchObject([{ type: "owner", room: "books", nick: "ben" }]);
});

test("where all are awaited, the room passes on to one of them", () => {
  const chat = new Chat();
  for (const nick of ["ana", "ben"]) chat.enter(nick, { rooms: ["books"] });
  const { token } = chat.enter("cat", { rooms: ["books"] }).one("cat", "welcome");
  chat.ask("ben", { type: "leave", room: "books" });
  chat.gone("cat");
  chat.ask("ana", { type: "leave", room: "books" });
  const told = chat.enter("again", { token, rooms: ["books"] });
  expect(told.one("again", "welcome").rooms[0]).toMatchObject({ owner: "cat", people: ["cat"] });
});

test("the owner sets the topic, and all there hear it, the owner too; newcomers are told", () => {
  const chat = books();
  const told = chat.ask("ana", { type: "topic", id: "1", room: "books", topic: "novels" });
  for (const nick of ["ana", "ben", "cat"]) {
    expect(told.one(nick, "topic")).toMatchObject({ room: "books", topic: "novels", by: "ana" });
  }
  expect(told.one("ana", "done").id).toBe("1");
  chat.enter("dan");
  expect(chat.join("dan", "books").one("dan", "room").topic).toBe("novels");
  expect(chat.core.rooms()[1]?.topic).toBe("novels");
  chat.ask("ana", { type: "topic", room: "books", topic: "" });
  expect(chat.core.rooms()[1]?.topic).toBe("");
});

test("others may not set the topic of a room that is somebody's; in the lobby everybody may", () => {
  const chat = books();
  const told = chat.ask("ben", { type: "topic", room: "books", topic: "mine" });
  expect(told.one("ben", "error")).toMatchObject({ code: "NOT_OWNER", fact: "books is ana's" });
  chat.ask("ben", { type: "topic", room: "lobby", topic: "all" });
  expect(chat.core.rooms()[0]?.topic).toBe("all");
});

test("a topic is a text: no control characters, and not too long", () => {
  const chat = books();
  for (const topic of ["a\nb", "x".repeat(201)]) {
    expect(chat.ask("ana", { type: "topic", room: "books", topic }).code("ana")).toBe("BAD_TEXT");
  }
});

test("the owner kicks: the kicked is told and is out, the others hear the reason and the count", () => {
  const chat = books();
  const told = chat.ask("ana", { type: "kick", id: "2", room: "books", nick: "BEN", reason: "noise" });
  expect(told.to("ben")).toEqual([{ type: "kicked", room: "books", by: "ana", reason: "noise" }]);
  expect(told.to("cat")).toMatchObject([
    { type: "left", room: "books", nick: "ben", count: 2, reason: "kicked by ana: noise" },
  ]);
  expect(told.to("ana").map(({ type }) => type)).toEqual(["left", "done"]);
  expect(told.ended).toEqual([]);
  expect(chat.say("ben", "hi", "books").code("ben")).toBe("NOT_IN_ROOM");
  // Out of that room, and not off the server.
  expect(chat.say("ben", "hi").texts("cat")).toEqual(["hi"]);
});

test.each([
  ["ben", "books", "cat", "NOT_OWNER"],
  ["ana", "lobby", "ben", "NOT_OWNER"],
  ["ana", "books", "nobody1", "NO_SUCH_PERSON"],
  ["ana", "books", "dan", "NO_SUCH_PERSON"],
])("%s cannot kick from %s %s: %s", (asker, room, nick, code) => {
  const chat = books();
  chat.enter("dan");
  expect(chat.ask(asker, { type: "kick", room, nick }).code(asker)).toBe(code);
});

test("a person who is awaited can be kicked, and comes back elsewhere only", () => {
  const chat = books();
  const { token } = chat.enter("dan", { rooms: ["books"] }).one("dan", "welcome");
  chat.gone("dan");
  const told = chat.ask("ana", { type: "kick", id: "1", room: "books", nick: "dan" });
  // They heard already that dan left.
  expect([...told.bySession.keys()]).toEqual(["ana"]);
  expect(told.to("ana").map(({ type }) => type)).toEqual(["done"]);
  expect(chat.core.people().find(({ nick }) => nick === "dan")).toBeUndefined();
  expect(
    chat
      .enter("dan2", { token })
      .one("dan2", "welcome")
      .rooms.map(({ room }) => room),
  ).toEqual(["lobby"]);
});

test("people lists who is online, or in one room; rooms lists the rooms; both carry the id", () => {
  const chat = books();
  chat.enter("dan");
  const nicks = (room?: string) =>
    chat
      .ask("dan", { type: "people", id: "1", ...(room !== undefined && { room }) })
      .one("dan", "people")
      .people.map(({ nick }) => nick);
  expect(nicks()).toEqual(["ana", "ben", "cat", "dan"]);
  expect(nicks("#Books")).toEqual(["ana", "ben", "cat"]);
  chat.gone("ben");
  expect(nicks()).toEqual(["ana", "cat", "dan"]);
  expect(chat.ask("dan", { type: "people" }).one("dan", "people").people[0]).toEqual({
    nick: "ana",
    from: "127.0.0.1:1",
    door: "frames",
    rooms: ["lobby", "books"],
    since: 1_000_000,
  });
  expect(chat.ask("dan", { type: "rooms", id: "2" }).to("dan")).toEqual([
    {
      type: "rooms",
      id: "2",
      rooms: [
        { room: "lobby", count: 3, topic: "" },
        { room: "books", count: 2, topic: "" },
      ],
    },
  ]);
});
