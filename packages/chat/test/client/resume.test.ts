import { expect, test } from "vitest";
import { bytesOf, FakeServer, message, until, welcome } from "./fake-server.ts";
import { telling } from "./telling.ts";

/** A client that is in the lobby, where the last message was number 3. */
async function online(...rooms: Parameters<typeof welcome>) {
  const server = await FakeServer.start();
  const { chat, told } = telling(server.address);
  const { connection } = await server.greeted();
  connection.says(welcome(...(rooms.length === 0 ? [{ seq: 3 }] : rooms)));
  await chat.whenOnline();
  return { server, chat, told, connection };
}

test("whoever is cut off comes back with its token, and says what it saw last", async () => {
  const { server, chat, told, connection } = await online({ seq: 3 }, { room: "books", epoch: "b", seq: 0 });
  connection.says(message(4), message(5), { type: "renamed", from: "ana", to: "anna", at: 0 });
  await until(() => chat.nick === "anna");
  connection.reset();
  const { connection: second, hello } = await server.greeted();
  expect(hello).toMatchObject({
    nick: "anna",
    token: "secret",
    rooms: [],
    resume: { lobby: ["e1", 5], books: ["b", 0] },
  });
  const from = told.indexOf("waiting");
  second.says({ ...welcome({ seq: 6, recovered: true }), nick: "anna", token: "secret" }, message(6));
  await until(() => told.at(-1) === "#lobby <ben> text 6");
  expect(told.slice(from)).toEqual([
    "waiting",
    expect.stringContaining("[CONNECTION_LOST]"),
    "connecting",
    "greeting",
    "online",
    "welcome anna again",
    "in books: nobody",
    "in lobby: ana",
    "#lobby <ben> text 6",
  ]);
});

test("messages that come a second time are dropped", async () => {
  const { server, told, connection } = await online();
  connection.says(message(4), message(5));
  await until(() => told.at(-1) === "#lobby <ben> text 5");
  connection.reset();
  const { connection: second } = await server.greeted();
  const from = told.length;
  second.says(welcome({ seq: 6, recovered: true }), message(4), message(5), message(6), message(6));
  second.says(message(7));
  await until(() => told.at(-1) === "#lobby <ben> text 7");
  expect(told.slice(from).filter((line) => line.startsWith("#"))).toEqual([
    "#lobby <ben> text 6",
    "#lobby <ben> text 7",
  ]);
});

test("lost history is told before the messages that are left", async () => {
  const { server, told, connection } = await online();
  connection.reset();
  const { connection: second } = await server.greeted();
  const from = told.length;
  second.says(welcome({ seq: 9, recovered: false }), message(8), message(9));
  await until(() => told.at(-1) === "#lobby <ben> text 9");
  expect(told.slice(from)).toEqual([
    "online",
    "welcome ana again",
    "gap in lobby",
    "in lobby: ana",
    "#lobby <ben> text 8",
    "#lobby <ben> text 9",
  ]);
});

test("a server that begins anew has another epoch: a gap, and low numbers are new", async () => {
  const { server, told, connection } = await online();
  connection.reset();
  const { connection: second, hello } = await server.greeted();
  expect(hello.token).toBe("secret");
  second.says(
    { ...welcome({ epoch: "e2", seq: 1, recovered: false }), token: "another" },
    message(1, { epoch: "e2" }),
  );
  await until(() => told.at(-1) === "#lobby <ben> text 1");
  expect(told).toContain("gap in lobby");
  second.reset();
  expect((await server.greeted()).hello).toMatchObject({ token: "another", resume: { lobby: ["e2", 1] } });
});

test("a room that one has left is not resumed, nor one that one was sent out of", async () => {
  const { server, chat, told, connection } = await online({}, { room: "a" }, { room: "b" });
  const left = chat.leave("a");
  await connection.hears("leave");
  connection.says(
    { type: "done", id: "id-1", what: "left", left: "a" },
    { type: "kicked", room: "b", by: "x", reason: "" },
  );
  await left;
  await until(() => told.includes("kicked b by x"));
  connection.reset();
  expect((await server.greeted()).hello.resume).toEqual({ lobby: ["e1", 0] });
});

test("whoever has left all rooms does not come back into the first", async () => {
  const { server, told, connection } = await online();
  connection.says({ type: "kicked", room: "lobby", by: "x", reason: "" });
  await until(() => told.includes("kicked lobby by x"));
  connection.reset();
  expect((await server.greeted()).hello).toMatchObject({ rooms: [], resume: {} });
});

test("a cut before the welcome changes nothing: the same hello again", async () => {
  const server = await FakeServer.start();
  const { told } = telling({ ...server.address, rooms: ["books"] });
  const { connection, hello } = await server.greeted();
  connection.reset();
  const { connection: second, hello: again } = await server.greeted();
  expect(again).toEqual(hello);
  second.says(welcome({ room: "books" }));
  await until(() => told.includes("welcome ana"));
});

test("wherever the connection is cut, every message is seen once, in order", {
  timeout: 60_000,
}, async () => {
  const greeting = bytesOf(welcome({ seq: 3 })).length;
  const bytes = bytesOf(welcome({ seq: 3 }), message(4), message(5));
  // Every byte of the messages, and some of the welcome before them.
  const cuts = Array.from(bytes, (_, at) => at + 1).filter((at) => at >= greeting || at % 10 === 0);
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const server = await FakeServer.start();
      for (let i = lane; i < cuts.length; i += LANES) await cutAfter(cuts[i] as number, bytes, server);
    }),
  );
});

/** Conversations that go on side by side, since one waits most of the time. */
const LANES = 8;

async function cutAfter(at: number, bytes: Buffer, server: FakeServer): Promise<void> {
  const { chat, told } = telling(server.address);
  const { connection } = await server.greeted();
  connection.socket.write(bytes.subarray(0, at));
  // FIN lets all of it arrive, RST throws away what was not read.
  if (at % 2 === 0) connection.socket.end();
  else connection.reset();
  const { connection: second, hello } = await server.greeted();
  const { lobby } = (hello.resume ?? {}) as { lobby?: [string, number] };
  const seen = lobby?.[1] ?? 3;
  const state = lobby === undefined ? { seq: 3 } : { seq: 5, recovered: true };
  second.says(welcome(state), ...[4, 5].filter((seq) => seq > seen).map((seq) => message(seq)));
  const heard = () => told.filter((line) => line.startsWith("#") || line.startsWith("gap"));
  await until(() => heard().length >= 2);
  expect(heard(), `cut after ${at} bytes`).toEqual([4, 5].map((seq) => `#lobby <ben> text ${seq}`));
  chat.close();
}
