import { expect, test } from "vitest";
import { FakeServer, message, until, welcome } from "./fake-server.ts";
import { ManualClock } from "./manual-clock.ts";
import { telling } from "./telling.ts";

async function greeting(options = {}) {
  const clock = new ManualClock();
  const server = await FakeServer.start();
  const { chat, told } = telling({ ...server.address, clock, random: () => 0.5, ...options });
  const { connection } = await server.greeted();
  return { clock, server, chat, told, connection };
}

async function online(options = {}) {
  const made = await greeting(options);
  made.connection.says(welcome());
  await made.chat.whenOnline();
  return made;
}

test("the round trip is measured as soon as it is online, and known through a cut", async () => {
  const { chat, clock, connection } = await online();
  await until(() => chat.roundTrips.count === 1);
  expect(chat.roundTrips.lastMs).toBe(0);
  connection.reset();
  await until(() => chat.state === "waiting");
  expect(chat.roundTrips.count).toBe(1);
  clock.pass(1_000);
  await until(() => chat.state === "greeting");
});

test("a server that is silent is asked, and then cut; the next try finds another", async () => {
  const { clock, server, chat, told, connection } = await online();
  await until(() => chat.roundTrips.count === 1);
  connection.answersPings = false;
  clock.pass(30_000 + 4 * 5_000);
  await until(() => chat.state === "waiting");
  expect(told.at(-1)).toMatch(/nothing came back for 4 pings.*\[PEER_SILENT\]/);
  clock.pass(1_000);
  const { connection: second, hello } = await server.greeted();
  expect(hello.resume).toEqual({ lobby: ["e1", 0] });
  second.says(welcome({ recovered: true }));
  await chat.whenOnline();
});

test("any message is a sign of life", async () => {
  const { clock, chat, told, connection } = await online();
  await until(() => chat.roundTrips.count === 1);
  connection.answersPings = false;
  for (let seq = 1; seq <= 5; seq++) {
    clock.pass(30_000 + 3 * 5_000);
    connection.says(message(seq));
    await until(() => told.at(-1) === `#lobby <ben> text ${seq}`);
  }
  expect(chat.state).toBe("online");
});

test("pings of the server are answered", async () => {
  const { connection } = await online();
  connection.says({ type: "ping", id: 7 });
  expect(await connection.hears("pong")).toEqual({ type: "pong", id: 7 });
});

test("a server that accepts and does not answer the hello is given up in time", async () => {
  const { clock, chat, told } = await greeting({ greetMs: 2_000 });
  clock.pass(1_999);
  await new Promise(setImmediate);
  expect(chat.state).toBe("greeting");
  clock.pass(1);
  await until(() => chat.state === "waiting");
  expect(told.at(-1)).toMatch(/did not answer the hello within 2 s.*\[DEADLINE_PASSED\]/);
});

test("half a frame, and then the end, is a cut", async () => {
  const { chat, told, connection } = await online();
  connection.socket.end(Buffer.from([0, 0, 0, 9, 123]));
  await until(() => chat.state === "waiting");
  expect(told.at(-1)).toMatch(/\[FRAME_CUT\]/);
});

test("bytes that are no JSON are a cut, after the messages before them", async () => {
  const { chat, told, connection } = await online();
  connection.says(message(1));
  connection.socket.write(Buffer.from([0, 0, 0, 1, 0x7b]));
  await until(() => chat.state === "waiting");
  expect(told).toContain("#lobby <ben> text 1");
  expect(told.at(-1)).toMatch(/\[BAD_FRAME\]/);
});

test("close ends it in every state, and leaves no timer and no connection", async () => {
  for (const state of ["connecting", "greeting", "online", "waiting"] as const) {
    const clock = new ManualClock();
    const server = await FakeServer.start();
    const { chat, told } = telling({ ...server.address, clock, random: () => 0.5 });
    if (state !== "connecting") {
      const { connection } = await server.greeted();
      if (state !== "greeting") {
        connection.says(welcome());
        await chat.whenOnline();
      }
      if (state === "waiting") connection.reset();
    }
    await until(() => chat.state === state);
    chat.close();
    chat.close();
    expect([chat.state, told.at(-1)], state).toEqual(["closed", "closed: as wished"]);
    expect(told.filter((line) => line.startsWith("closed:"))).toHaveLength(1);
    await until(() => clock.pending === 0 && server.connections.every(({ isClosed }) => isClosed));
  }
});

test("an abort closes it", async () => {
  const controller = new AbortController();
  const { chat, connection } = await online({ signal: controller.signal });
  controller.abort();
  expect(chat.state).toBe("closed");
  await until(() => connection.isClosed);
});

test("quit is said after everything else, and over when the server hangs up", async () => {
  const { chat, told, clock, connection } = await online();
  const said = chat.say("lobby", "one more thing");
  const over = chat.quit("dinner");
  await connection.hears("say");
  expect(await connection.hears("quit")).toEqual({ type: "quit", reason: "dinner" });
  connection.says({ type: "ack", id: "id-1", room: "lobby", epoch: "e1", seq: 1 });
  connection.socket.end();
  await Promise.all([over, said]);
  expect([chat.state, told.at(-1), clock.pending]).toEqual(["closed", "closed: as wished", 0]);
});

test("a server that does not take a goodbye is left without one", async () => {
  const { chat, clock, connection } = await online();
  const over = chat.quit();
  await connection.hears("quit");
  clock.pass(10_000);
  await over;
  expect(chat.state).toBe("closed");
});

test("without a connection there is nobody to say goodbye to", async () => {
  const { chat, clock } = await greeting();
  await chat.quit();
  expect([chat.state, clock.pending]).toEqual(["closed", 0]);
});

test("`await using` says goodbye, `using` hangs up", async () => {
  const { chat, connection } = await online();
  {
    await using one = chat;
    void connection.hears("quit").then(() => connection.socket.end());
    expect(one.state).toBe("online");
  }
  expect(chat.state).toBe("closed");
  const { chat: other } = await online();
  {
    using one = other;
    expect(one.state).toBe("online");
  }
  expect(other.state).toBe("closed");
});
