import { expect, onTestFinished, test } from "vitest";
import type { ChatServer } from "../../src/server/chat-server.ts";
import { type ChatServerOptions, serveChat } from "../../src/server/serve-chat.ts";
import { CERTIFICATE, KEY } from "./certificate.ts";
import { until } from "./fake-server.ts";
import { ManualClock } from "./manual-clock.ts";
import { ProxyServer } from "./proxy.ts";
import { telling } from "./telling.ts";

/** A real server that slows nobody down, unless a test wants it to. */
async function serving(options: ChatServerOptions = {}): Promise<ChatServer> {
  const limits = { commandBurst: 1e6, commandsPerSecond: 1e6, passwordDelayMs: 1, ...options.limits };
  const server = await serveChat({ ...options, limits });
  onTestFinished(() => server.close());
  return server;
}

async function online(server: Pick<ChatServer, "address">, nick: string) {
  const made = telling({ ...server.address, nick });
  await made.chat.whenOnline();
  return made;
}

/** Somebody whose connection can be cut. */
async function behindProxy(server: ChatServer, nick: string) {
  const proxy = await ProxyServer.before(server.address);
  return { ...(await online(proxy, nick)), proxy };
}

const spoken = (told: string[]) => told.filter((line) => /^[#[]|^gap/.test(line));

test("two people talk, whisper, and see who is there", async () => {
  const server = await serving();
  const ana = await online(server, "ana");
  const ben = await online(server, "ben");
  const { epoch, ...receipt } = await ana.chat.say("#Lobby", "hello, ben");
  expect(receipt).toEqual({ room: "lobby", seq: 1 });
  expect((await ben.chat.say("lobby", "hello, ana")).epoch).toBe(epoch);
  await ben.chat.whisper("ANA", "psst");
  await until(() => ana.told.at(-1) === "[ben] psst");
  await ana.chat.whisper("ben", "what?");
  await until(() => ben.told.at(-1) === "[ana] what?");
  expect(ana.told).toContain("in lobby: ana ben");
  const common = ["#lobby <ana> hello, ben", "#lobby <ben> hello, ana"];
  expect(spoken(ana.told)).toEqual([...common, "[ben] psst"]);
  expect(spoken(ben.told)).toEqual([...common, "[ana] what?"]);
  await until(() => ana.chat.roundTrips.count > 0);
});

test("rooms are opened, owned, listed and left", async () => {
  const server = await serving();
  const { chat: ana, told } = await online(server, "ana");
  const ben = await online(server, "ben");
  expect(await ana.join("#Books")).toMatchObject({ room: "Books", seq: 0, owner: "ana", people: ["ana"] });
  await ben.chat.join("books");
  await until(() => ana.people("books").length === 2);
  await ana.setTopic("books", "novels");
  expect(await ben.chat.listRooms()).toContainEqual({ room: "Books", count: 2, topic: "novels" });
  expect((await ben.chat.list("books")).map(({ nick, rooms }) => [nick, rooms])).toEqual([
    ["ana", ["lobby", "Books"]],
    ["ben", ["lobby", "Books"]],
  ]);
  await expect(ben.chat.kick("books", "ana")).rejects.toThrow("Books is ana's (NOT_OWNER)");
  await ana.kick("books", "ben", "spoilers");
  await until(() => ben.told.includes("kicked Books by ana"));
  await ben.chat.setNick("bob");
  await until(() => told.includes("in lobby: ana bob"));
  await ana.leave("books");
  expect([ana.rooms, ben.chat.rooms, ben.chat.nick]).toEqual([["lobby"], ["lobby"], "bob"]);
  await expect(ben.chat.list("books")).rejects.toThrow("NO_SUCH_ROOM");
});

test("what is said around a cut is seen by all, once, in one order", async () => {
  const server = await serving();
  const ana = await online(server, "ana");
  const ben = await behindProxy(server, "ben");
  await ana.chat.say("lobby", "before");
  await until(() => spoken(ben.told).length === 1);
  const said = [ben.chat.say("lobby", "under way")];
  ben.proxy.closed = true;
  ben.proxy.cut();
  await until(() => ben.chat.failures > 0);
  said.push(ana.chat.say("lobby", "missed"), ben.chat.say("lobby", "offline"));
  await said[1];
  ben.proxy.closed = false;
  await Promise.all(said);
  await until(() => spoken(ana.told).length === 4 && spoken(ben.told).length === 4);
  expect(spoken(ben.told)).toEqual(spoken(ana.told));
  const own = spoken(ben.told).filter((line) => line.includes("<ben>"));
  expect(own).toEqual(["#lobby <ben> under way", "#lobby <ben> offline"]);
  expect(ben.told).toContain("welcome ben again");
});

test("a message of which only the acknowledgement was lost is not said twice", async () => {
  const server = await serving();
  const ben = await online(server, "ben");
  const ana = await behindProxy(server, "ana");
  ana.proxy.deaf = true;
  const said = ana.chat.say("lobby", "once");
  const whispered = ana.chat.whisper("ben", "psst");
  await until(() => spoken(ben.told).length === 2);
  ana.proxy.deaf = false;
  ana.proxy.cut();
  expect(await said).toMatchObject({ seq: 1 });
  await whispered;
  expect(await ana.chat.say("lobby", "and now")).toMatchObject({ seq: 2 });
  await until(() => ben.told.at(-1) === "#lobby <ana> and now");
  expect(spoken(ben.told)).toEqual(["#lobby <ana> once", "[ana] psst", "#lobby <ana> and now"]);
  expect(spoken(ana.told)).toEqual(["#lobby <ana> once", "#lobby <ana> and now"]);
});

test("history that is lost is told, and what is left of it comes", async () => {
  const server = await serving({ limits: { historyMessages: 2 } });
  const ana = await online(server, "ana");
  const ben = await behindProxy(server, "ben");
  ben.proxy.closed = true;
  ben.proxy.cut();
  await until(() => ben.chat.failures > 0);
  for (const text of ["1", "2", "3", "4"]) await ana.chat.say("lobby", text);
  ben.proxy.closed = false;
  await until(() => spoken(ben.told).length === 3);
  expect(spoken(ben.told)).toEqual(["gap in lobby", "#lobby <ana> 3", "#lobby <ana> 4"]);
  // What was lost is told once: the next cut loses nothing.
  ben.proxy.cut();
  await ana.chat.say("lobby", "5");
  await until(() => ben.told.at(-1) === "#lobby <ana> 5");
  expect(spoken(ben.told).filter((line) => line.startsWith("gap"))).toHaveLength(1);
});

test("a server that stops says when it will be back, and its people come to the next one", async () => {
  const first = await serving();
  const { port } = first.address;
  const ana = await online(first, "ana");
  await ana.chat.join("books");
  await ana.chat.say("books", "to the first");
  await first.drain({ backInMs: 3_000 });
  await until(() => ana.chat.failures > 0);
  expect(ana.told).toContain("shutdown 3000");
  const said = ana.chat.say("books", "to the second");
  const second = await serving({ port });
  expect(await said).toMatchObject({ room: "books", seq: 1 });
  expect(second.rooms()).toContainEqual({ room: "books", count: 1, topic: "" });
  await until(() => spoken(ana.told).length === 4);
  // The lobby, too, is another one.
  expect(spoken(ana.told)).toEqual([
    "#books <ana> to the first",
    "gap in lobby",
    "gap in books",
    "#books <ana> to the second",
  ]);
});

test("a nickname that somebody has is refused, and free when they have said goodbye", async () => {
  const server = await serving();
  const ana = await online(server, "ana");
  const { chat } = telling({ ...server.address, nick: "ANA" });
  await expect(chat.whenOnline()).rejects.toThrow(
    "somebody is called ana already (NICK_TAKEN); choose another",
  );
  await ana.chat.quit("dinner");
  await online(server, "ANA");
});

test("whoever was cut off has its name and rooms again, whoever would like to have the name", async () => {
  const server = await serving();
  const ana = await behindProxy(server, "ana");
  await ana.chat.join("books");
  ana.proxy.closed = true;
  ana.proxy.cut();
  await until(() => ana.chat.failures > 0);
  const { chat: thief } = telling({ ...server.address, nick: "ana" });
  await expect(thief.whenOnline()).rejects.toThrow("ana was cut off and may be back (NICK_TAKEN)");
  ana.proxy.closed = false;
  await ana.chat.whenOnline();
  expect([ana.chat.nick, ana.chat.rooms.toSorted()]).toEqual(["ana", ["books", "lobby"]]);
});

test("a password opens the door, and nothing else does", async () => {
  const server = await serving({ password: "sesame" });
  const { chat: right } = telling({ ...server.address, nick: "ana", password: "sesame" });
  await right.whenOnline();
  const { chat: wrong } = telling({ ...server.address, nick: "ben", password: "open" });
  await expect(wrong.whenOnline()).rejects.toThrow("that is not the password (BAD_PASSWORD)");
  const { chat: none } = telling({ ...server.address, nick: "carl" });
  await expect(none.whenOnline()).rejects.toThrow("this server has a password (BAD_PASSWORD)");
  expect(server.people()).toHaveLength(1);
});

test("whoever the operator sends away stays away", async () => {
  const server = await serving();
  const { chat, told } = await online(server, "ana");
  server.kick("ana", "noise");
  await until(() => chat.state === "closed");
  expect(told.at(-1)).toContain("operator sent you off the server: noise");
});

test("who talks faster than the server listens waits, and nothing is lost or turned round", async () => {
  const server = await serving({ limits: { commandBurst: 5, commandsPerSecond: 200 } });
  const { chat, told } = await online(server, "ana");
  const texts = Array.from({ length: 60 }, (_, i) => `${i}`);
  await Promise.all(texts.map((text) => chat.say("lobby", text)));
  expect(spoken(told)).toEqual(texts.map((text) => `#lobby <ana> ${text}`));
  expect(server.counters.floods).toBeGreaterThan(0);
});

test("a message that is too long for a frame is refused, those beside it are said once", async () => {
  const server = await serving({ limits: { frameBytes: 1_000 } });
  const ben = await online(server, "ben");
  const { chat } = await online(server, "ana");
  const said = ["one", "x".repeat(2_000), "three"].map((text) => chat.say("lobby", text));
  await expect(said[1]).rejects.toThrow("FRAME_TOO_LONG");
  await Promise.all([said[0], said[2]]);
  await until(() => spoken(ben.told).length === 2);
  expect(spoken(ben.told)).toEqual(["#lobby <ana> one", "#lobby <ana> three"]);
});

test("a full server says so, and is tried again", async () => {
  const server = await serving({ limits: { connections: 1 } });
  const ana = await online(server, "ana");
  const { chat, told } = telling({ ...server.address, nick: "ben" });
  await until(() => told.some((line) => line.startsWith("waiting: ")));
  await ana.chat.quit();
  await chat.whenOnline();
  const reasons = told.filter((line) => line.startsWith("waiting: ") && !line.includes("CONNECTION_LOST"));
  expect(reasons[0]).toMatch(/\(SERVER_FULL\).*\[CHAT_REFUSED\]$/);
});

test("over TLS: in with the right certificate, and never with one that nobody vouches for", async () => {
  const server = await serving({ tls: { cert: CERTIFICATE, key: KEY } });
  const tls = { ca: CERTIFICATE, servername: "chat.test" };
  const ana = telling({ ...server.address, nick: "ana", tls });
  const proxy = await ProxyServer.before(server.address);
  const ben = telling({ ...proxy.address, nick: "ben", tls: { rejectUnauthorized: false } });
  await Promise.all([ana.chat.whenOnline(), ben.chat.whenOnline()]);
  await ana.chat.say("lobby", "x".repeat(8_000));
  await until(() => spoken(ben.told).length === 1);
  proxy.cut();
  await ben.chat.say("lobby", "here again");
  await until(() => spoken(ana.told).length === 2);
  for (const options of [{}, { ca: CERTIFICATE }, { servername: "chat.test" }]) {
    const { chat } = telling({ ...server.address, nick: "carl", tls: options });
    await expect(chat.whenOnline()).rejects.toMatchObject({ code: "NOT_TRUSTED" });
  }
  await ana.chat.quit();
  await until(() => ben.chat.people("lobby").length === 1);
});

test("a client that speaks TLS to a server that does not, or the other way round, is told so", async () => {
  const plain = await serving();
  const clock = new ManualClock();
  const tls = { rejectUnauthorized: false };
  const one = telling({ ...plain.address, tls, clock, random: () => 0.5, maxTries: 2 });
  await until(() => one.chat.state === "waiting");
  expect(one.told.at(-1)).toMatch(/is no TLS; connect without `tls`.*\[BAD_FRAME\]$/);
  // The next try fails for another reason, and that is told then.
  await plain.close();
  clock.pass(1_000);
  await expect(one.chat.whenOnline()).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  const secure = await serving({ tls: { cert: CERTIFICATE, key: KEY } });
  const other = telling({ ...secure.address, maxTries: 1 });
  await expect(other.chat.whenOnline()).rejects.toThrow("if it speaks TLS, with the option `tls`");
  const last = telling({ ...(await serving()).address, tls, maxTries: 1 });
  await expect(last.chat.whenOnline()).rejects.toThrow("is no TLS");
});
