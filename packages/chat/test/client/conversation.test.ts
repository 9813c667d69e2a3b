import { expect, test } from "vitest";
import { bytesOf, FakeServer, message, refusal, roomState, until, welcome } from "./fake-server.ts";
import { telling } from "./telling.ts";

async function online(options = {}) {
  const server = await FakeServer.start();
  const { chat, told } = telling({ ...server.address, ...options });
  const { connection, hello } = await server.greeted();
  connection.says(welcome({ people: ["ana", "ben"] }));
  await chat.whenOnline();
  return { server, chat, told, connection, hello };
}

test("says hello first, and is in when the server welcomes it", async () => {
  const server = await FakeServer.start();
  const { chat, told } = telling({
    ...server.address,
    nick: "Ana",
    password: "pw",
    rooms: ["lobby", "books"],
  });
  expect(chat.state).toBe("connecting");
  const { connection, hello } = await server.greeted();
  expect(hello).toEqual({
    type: "hello",
    version: 1,
    nick: "Ana",
    // Nobody guesses 128 bits.
    token: expect.stringMatching(/^[\w-]{22}$/),
    password: "pw",
    rooms: ["lobby", "books"],
    capabilities: ["resume", "repeat", "ping"],
  });
  expect(chat.state).toBe("greeting");
  connection.says(welcome({ people: ["ana", "ben"] }));
  await chat.whenOnline();
  expect(told).toEqual(["greeting", "online", "welcome ana", "in lobby: ana ben"]);
  expect([chat.nick, chat.rooms, chat.people("#Lobby")]).toEqual(["ana", ["lobby"], ["ana", "ben"]]);
});

test("whoever names no rooms goes where everybody begins, and who names none goes nowhere", async () => {
  const { hello } = await online();
  expect(hello).not.toHaveProperty("rooms");
  expect((await online({ rooms: [] })).hello.rooms).toEqual([]);
});

test("what the server tells becomes events, in its order", async () => {
  const { chat, told, connection } = await online();
  const raw: string[] = [];
  chat.on("raw", ({ type }) => raw.push(type));
  const from = told.length;
  connection.says(
    message(1),
    { type: "joined", room: "lobby", nick: "carl", count: 3, at: 0 },
    { type: "whisper", from: "carl", to: "ana", text: "psst", at: 0 },
    { type: "renamed", from: "ana", to: "anna", at: 0 },
    { type: "left", room: "lobby", nick: "ben", count: 2, reason: "quit", at: 0 },
    refusal("BAD_ROOM"),
    { type: "kicked", room: "lobby", by: "carl", reason: "" },
    { type: "shutdown", backInMs: 5_000 },
  );
  await until(() => told.at(-1) === "shutdown 5000");
  expect(told.slice(from)).toEqual([
    "#lobby <ben> text 1",
    "in lobby: ana ben carl",
    "[carl] psst",
    "in lobby: anna ben carl",
    "in lobby: anna carl",
    "refused BAD_ROOM",
    "kicked lobby by carl",
    "in lobby: nobody",
    "shutdown 5000",
  ]);
  expect(raw).toEqual(["message", "joined", "whisper", "renamed", "left", "error", "kicked", "shutdown"]);
  expect([chat.nick, chat.rooms]).toEqual(["anna", []]);
});

test("requests have an id, and are answered by it, in whatever order", async () => {
  const { chat, connection } = await online();
  const asked = Promise.all([
    chat.list("lobby"),
    chat.listRooms(),
    chat.join("books"),
    chat.leave("lobby"),
    chat.setNick("anna"),
    chat.setTopic("books", "novels"),
    chat.kick("books", "ben", "spoilers"),
    chat.whisper("ben", "psst"),
    chat.say("books", "hi"),
  ]);
  await until(() => connection.heard.length === 10);
  expect(connection.heard.slice(1)).toEqual([
    { type: "people", id: "id-1", room: "lobby" },
    { type: "rooms", id: "id-2" },
    { type: "join", id: "id-3", room: "books" },
    { type: "leave", id: "id-4", room: "lobby" },
    { type: "nick", id: "id-5", nick: "anna" },
    { type: "topic", id: "id-6", room: "books", topic: "novels" },
    { type: "kick", id: "id-7", room: "books", nick: "ben", reason: "spoilers" },
    { type: "whisper", id: "id-8", to: "ben", text: "psst" },
    { type: "say", id: "id-9", room: "books", text: "hi" },
  ]);
  const books = roomState({ room: "books", epoch: "b", seq: 4 });
  const ben = { nick: "ben", from: "127.0.0.1:1", door: "lines", rooms: ["lobby"], since: 0 };
  const lobby = { room: "lobby", count: 2, topic: "" };
  connection.says(
    { type: "ack", id: "id-9", room: "books", epoch: "b", seq: 5 },
    { type: "ack", id: "id-8" },
    { type: "done", id: "id-7", what: "ben is out" },
    { type: "done", id: "id-6", what: "changed" },
    { type: "done", id: "id-5", what: "you are anna now" },
    { type: "room", id: "id-3", ...books },
    { type: "done", id: "id-4", what: "you left", left: "lobby" },
    { type: "rooms", id: "id-2", rooms: [lobby] },
    { type: "people", id: "id-1", people: [ben] },
  );
  const nothing = undefined;
  expect(await asked).toEqual([
    [ben],
    [lobby],
    books,
    nothing,
    nothing,
    nothing,
    nothing,
    nothing,
    { room: "books", epoch: "b", seq: 5 },
  ]);
  expect([chat.rooms, chat.unanswered]).toEqual([["books"], 0]);
});

test("a refusal rejects who asked, with the server's code, and is told to nobody else", async () => {
  const { chat, told, connection } = await online();
  const said = chat.say("nowhere", "hi");
  await until(() => connection.heard.length === 2);
  connection.says(refusal("NOT_IN_ROOM", { id: "id-1" }), refusal("NOT_OWNER", { id: "another" }));
  await expect(said).rejects.toMatchObject({
    code: "CHAT_REFUSED",
    fact: "the fact of NOT_IN_ROOM (NOT_IN_ROOM)",
    nextStep: "what to do",
    cause: { code: "NOT_IN_ROOM" },
  });
  await until(() => told.at(-1) === "refused NOT_OWNER");
  expect(told.filter((line) => line.startsWith("refused"))).toHaveLength(1);
});

test("an answer of another kind is no answer", async () => {
  const { chat, connection } = await online();
  const listed = chat.list();
  await until(() => connection.heard.length === 2);
  connection.says({ type: "done", id: "id-1", what: "as you like" });
  await expect(listed).rejects.toMatchObject({ code: "BAD_FRAME" });
});

test("messages of a type that nobody knows, and things that nobody asked for, are passed over", async () => {
  const { told, connection } = await online();
  connection.says(
    { type: "weather", is: "fine" },
    { type: "ack", id: "never" },
    { ...message(1), mood: "good" },
  );
  await until(() => told.at(-1) === "#lobby <ben> text 1");
});

test.each<[string, object]>([
  ["welcome", { ...welcome(), rooms: "all of them" }],
  ["message", { ...message(1), seq: "1" }],
  ["message", { ...message(1), text: null }],
  ["people", { type: "people", people: [{}] }],
  ["error", { type: "error" }],
  ["undefined", { text: "no type" }],
  ["undefined", [1, 2]],
])("a %s that is not as it should be costs the server the connection: %j", async (_, bad) => {
  const { server, told, connection } = await online();
  connection.says(bad);
  await server.greeted();
  expect(told.find((line) => line.startsWith("waiting: "))).toMatch(/not as it should be.*\[BAD_FRAME\]$/);
});

test("whoever hangs up while being told is told nothing more", async () => {
  const { chat, told, connection } = await online();
  chat.on("message", () => chat.close());
  const from = told.length;
  connection.says(message(1), message(2), message(3));
  await until(() => chat.state === "closed");
  expect(told.slice(from)).toEqual(["#lobby <ben> text 1", "closed", "closed: as wished"]);
  await until(() => connection.isClosed);
});

test("a conversation is the same wherever its bytes are cut", { timeout: 60_000 }, async () => {
  const bytes = bytesOf(welcome(), message(1, { text: "für €, 😀" }), message(2));
  const expected = [
    "greeting",
    "online",
    "welcome ana",
    "in lobby: ana",
    "#lobby <ben> für €, 😀",
    "#lobby <ben> text 2",
  ];
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const server = await FakeServer.start();
      for (let at = lane + 1; at < bytes.length; at += LANES) {
        const told = await hearing(server, bytes.subarray(0, at), bytes.subarray(at));
        expect(told.slice(0, expected.length), `cut after ${at} bytes`).toEqual(expected);
      }
    }),
  );
});

/** Conversations that go on side by side, since one waits most of the time. */
const LANES = 8;

/** What a client tells that hears these bytes, one after the other. */
async function hearing(server: FakeServer, ...parts: Uint8Array[]): Promise<string[]> {
  const { chat, told } = telling(server.address);
  const { connection } = await server.greeted();
  // A pong would come in between.
  connection.answersPings = false;
  for (const part of parts) {
    connection.socket.write(part);
    // Two writes arrive as one if nobody reads in between.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  await until(() => told.at(-1) === "#lobby <ben> text 2" || chat.state === "waiting");
  chat.close();
  return told;
}
