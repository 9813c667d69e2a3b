import { Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { FakeServer, refusal, until, welcome } from "./fake-server.ts";
import { ManualClock } from "./manual-clock.ts";
import { telling } from "./telling.ts";

const ack = (id: string, seq = 1) => ({ type: "ack", id, room: "lobby", epoch: "e1", seq });
const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error) => error.code as string,
  );

async function online(options = {}) {
  const server = await FakeServer.start();
  const { chat, told } = telling({ ...server.address, ...options });
  const { connection } = await server.greeted();
  connection.says(welcome());
  await chat.whenOnline();
  return { server, chat, told, connection };
}

test("what was not acknowledged is sent again after a cut, by the same id, in order", async () => {
  const { server, chat, connection } = await online();
  const said = ["one", "two", "three"].map((text) => chat.say("lobby", text));
  const whispered = chat.whisper("ben", "psst");
  await until(() => connection.heard.length === 5);
  connection.says(ack("id-2", 2));
  expect(await said[1]).toEqual({ room: "lobby", epoch: "e1", seq: 2 });
  connection.reset();
  const { connection: second } = await server.greeted();
  const offline = chat.say("lobby", "four");
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  // Before the welcome, nobody knows who says that.
  expect(second.heard).toHaveLength(1);
  second.says(welcome({ recovered: true }));
  await until(() => second.heard.length === 5);
  expect(second.heard.slice(1).map(({ id, text }) => [id, text])).toEqual([
    ["id-1", "one"],
    ["id-3", "three"],
    ["id-4", "psst"],
    ["id-5", "four"],
  ]);
  second.says(
    { ...ack("id-1", 1), repeat: true },
    ack("id-3", 3),
    { type: "ack", id: "id-4" },
    ack("id-5", 4),
  );
  expect(await Promise.all([said[0], said[2], whispered, offline])).toMatchObject([
    { seq: 1 },
    { seq: 3 },
    undefined,
    { seq: 4 },
  ]);
  expect(chat.unanswered).toBe(0);
});

test("what is said before there is a connection waits for it", async () => {
  const server = await FakeServer.start();
  const { chat } = telling(server.address);
  const said = chat.say("lobby", "hello");
  const { connection } = await server.greeted();
  connection.says(welcome());
  expect(await connection.hears("say")).toMatchObject({ id: "id-1", text: "hello" });
  connection.says(ack("id-1"));
  await said;
});

test("what is said in the moment of the welcome comes after what waited", async () => {
  const server = await FakeServer.start();
  const { chat } = telling(server.address);
  const outcomes = [outcomeOf(chat.say("lobby", "waited"))];
  for (const event of ["state", "welcome", "people"] as const) {
    chat.on(event, () => {
      if (chat.state === "online") outcomes.push(outcomeOf(chat.say("lobby", event)));
    });
  }
  const { connection } = await server.greeted();
  connection.says(welcome());
  await until(() => connection.heard.length === 5);
  expect(connection.heard.slice(1).map(({ text }) => text)).toEqual(["waited", "state", "welcome", "people"]);
  chat.close();
  expect(await Promise.all(outcomes)).toEqual(Array(4).fill("CONNECTION_LOST"));
});

test("ids of two clients differ", async () => {
  const server = await FakeServer.start();
  const ids: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const { chat } = telling({ ...server.address, idPrefix: undefined as never });
    const outcome = outcomeOf(chat.say("lobby", "hi"));
    const { connection } = await server.greeted();
    connection.says(welcome());
    ids.push((await connection.hears("say")).id);
    chat.close();
    await outcome;
  }
  expect(new Set(ids).size).toBe(2);
});

test("so many messages may wait, and one more is rejected", async () => {
  const { server, chat, connection } = await online({ maxUnsent: 2 });
  connection.reset();
  const said = [chat.say("lobby", "one"), chat.say("lobby", "two")];
  await expect(chat.say("lobby", "three")).rejects.toMatchObject({ code: "OUTBOX_FULL" });
  await expect(chat.whisper("ben", "three")).rejects.toMatchObject({ code: "OUTBOX_FULL" });
  const { connection: second } = await server.greeted();
  second.says(welcome({ recovered: true }), ack("id-1"), ack("id-2"));
  await Promise.all(said);
  const third = chat.say("lobby", "three");
  second.says(ack("id-5"));
  await third;
});

test("a request is answered by the cut, and is not sent again", async () => {
  const { server, chat, connection } = await online();
  const asked = [chat.list(), chat.join("books")];
  await until(() => connection.heard.length === 3);
  connection.reset();
  await expect(asked[0]).rejects.toMatchObject({
    code: "CONNECTION_LOST",
    cause: { code: "CONNECTION_LOST" },
  });
  await expect(asked[1]).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  const { connection: second } = await server.greeted();
  second.says(welcome({ recovered: true }));
  const said = outcomeOf(chat.say("lobby", "hi"));
  expect(await second.hears("say")).toMatchObject({ id: "id-3" });
  chat.close();
  await said;
});

test("a request waits for a connection that is on its way, and not for one that will be tried later", async () => {
  const clock = new ManualClock();
  const server = await FakeServer.start();
  const { chat } = telling({ ...server.address, clock, random: () => 0.5 });
  const early = chat.listRooms();
  const { connection } = await server.greeted();
  connection.says(welcome());
  expect(await connection.hears("rooms")).toMatchObject({ id: "id-1" });
  connection.says({ type: "rooms", id: "id-1", rooms: [] });
  expect(await early).toEqual([]);
  connection.reset();
  await until(() => chat.state === "waiting");
  await expect(chat.listRooms()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  clock.pass(1_000);
  const refused = chat.listRooms();
  server.stop();
  await expect(refused).rejects.toMatchObject({ code: "CONNECTION_LOST" });
});

test("a message that is longer than the server takes is refused, and the others are sent again", async () => {
  const { server, chat, told, connection } = await online();
  const outcomes = ["one", "two".repeat(10_000), "three"].map((text) => outcomeOf(chat.say("lobby", text)));
  await until(() => connection.heard.length === 4);
  connection.says(refusal("FRAME_TOO_LONG", { final: true }));
  connection.socket.end();
  expect(await outcomes[1]).toBe("CHAT_REFUSED");
  const { connection: second } = await server.greeted();
  second.says(welcome({ recovered: true }));
  await until(() => second.heard.length === 3);
  expect(second.heard.slice(1).map(({ text }) => text)).toEqual(["one", "three"]);
  expect(told.find((line) => line.startsWith("waiting: "))).toContain("FRAME_TOO_LONG");
  chat.close();
  expect(await Promise.all(outcomes)).toEqual(["CONNECTION_LOST", "CHAT_REFUSED", "CONNECTION_LOST"]);
});

test("a text that no frame can hold is refused before it is sent", async () => {
  const { chat } = await online();
  await expect(chat.say("lobby", "x".repeat(5_000_000))).rejects.toMatchObject({ code: "FRAME_TOO_LONG" });
  expect(chat.unanswered).toBe(0);
});

test("a server that does not read stops the sending, and all arrives in order when it reads again", async () => {
  const count = 2_000;
  const text = "x".repeat(4_000);
  const written = vi.spyOn(Socket.prototype, "write");
  onTestFinished(() => written.mockRestore());
  const { chat, connection } = await online({ maxUnsent: count });
  const { remotePort } = connection.socket;
  const socket = (written.mock.contexts as Socket[]).find(
    ({ localPort }) => localPort === remotePort,
  ) as Socket;
  connection.socket.pause();
  const said = Array.from({ length: count }, (_, i) => chat.say("lobby", `${i} ${text}`));
  // What the socket does not take stays where it can be sent again.
  expect(socket.writableNeedDrain).toBe(true);
  expect(socket.writableLength).toBeLessThan(socket.writableHighWaterMark + 2 * text.length);
  let acked = 1;
  connection.socket.on("data", () => {
    for (; acked < connection.heard.length; acked++)
      connection.says(ack(connection.heard[acked]?.id as string, acked));
  });
  connection.socket.resume();
  const receipts = await Promise.all(said);
  expect(receipts.map(({ seq }) => seq)).toEqual(said.map((_, i) => i + 1));
  expect(connection.heard.slice(1).map((heard) => Number.parseInt(heard.text as string, 10))).toEqual(
    said.map((_, i) => i),
  );
});

test("after close nothing can be said, and what was not answered is rejected", async () => {
  const { chat, connection } = await online();
  const outcomes = [chat.say("lobby", "hi"), chat.list()].map(outcomeOf);
  await until(() => connection.heard.length === 3);
  chat.close();
  expect(await Promise.all(outcomes)).toEqual(["CONNECTION_LOST", "CONNECTION_LOST"]);
  await expect(chat.say("lobby", "hi")).rejects.toMatchObject({ code: "ALREADY_CLOSED" });
  await expect(chat.whenOnline()).rejects.toMatchObject({ code: "ALREADY_CLOSED" });
  await chat.quit();
});
