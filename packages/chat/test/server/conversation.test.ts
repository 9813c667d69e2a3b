import { expect, test } from "vitest";
import { FrameClient, LineClient, Peer, until } from "./clients.ts";
import { expectEndings, serving } from "./serving.ts";

test("two plain clients and one that speaks frames hold a conversation", async () => {
  const server = await serving({ name: "test" });
  const ana = new LineClient(server).say("ana");
  expect(await ana.line(/Welcome/)).toBe(
    "* Welcome to test, ana. 1 person online. /help lists the commands.",
  );
  expect(await ana.line(/You are/)).toBe("* You are in lobby, alone.");
  const ben = new LineClient(server).say("ben");
  expect(await ben.line(/You are/)).toBe("* You are in lobby, one of 2 people: ana, ben.");
  expect(await ana.line(/joined/)).toBe("* ben joined lobby (2 people).");
  const cat = await FrameClient.enter(server, "cat");
  expect(cat.welcome).toMatchObject({
    server: "test",
    online: 3,
    rooms: [{ people: ["ana", "ben", "cat"] }],
  });
  ana.say("hello");
  await ben.line("<ana> hello");
  expect(await cat.message("message")).toMatchObject({ room: "lobby", seq: 1, from: "ana", text: "hello" });
  cat.send({ type: "say", id: "1", room: "lobby", text: "hi both" });
  await ana.line("<cat> hi both");
  await ben.line("<cat> hi both");
  // Who speaks frames is shown what they said, before its acknowledgement.
  expect(await cat.message("message")).toMatchObject({ seq: 2, from: "cat" });
  expect(await cat.message("ack")).toMatchObject({ id: "1", room: "lobby", seq: 2 });
  ben.say("/quit tea");
  await ben.isClosed();
  expect(await ana.line(/left/)).toBe("* ben left lobby: quit: tea (2 people).");
  expect(await cat.message("left")).toMatchObject({ nick: "ben", count: 2, reason: "quit: tea" });
  expect(ana.lines.filter((line) => line.startsWith("<ana>"))).toEqual([]);
  expect(ben.failure).toBeUndefined();
  await expectEndings(server, { quit: 1 });
  expect(server.counters).toMatchObject({ connections: 3, messagesIn: 2, messagesOut: 5 });
});

test("what many say in one turn reaches each plain client without its own lines, in one order", async () => {
  const server = await serving();
  const people = await Promise.all(["ana", "ben", "cat"].map((nick) => LineClient.enter(server, nick)));
  const watcher = await FrameClient.enter(server, "watcher");
  for (const client of people) await client.line("* watcher joined lobby (4 people).");
  for (let i = 0; i < 50; i++) for (const client of people) client.say(`${i}`);
  await until(() => watcher.texts().length === 150);
  const order = watcher.messages.flatMap((m) => (m.type === "message" ? [`<${m.from}> ${m.text}`] : []));
  for (const [i, nick] of ["ana", "ben", "cat"].entries()) {
    const others = order.filter((line) => !line.startsWith(`<${nick}>`));
    const client = people[i] as LineClient;
    await until(() => client.lines.filter((line) => line.startsWith("<")).length === others.length);
    expect(client.lines.filter((line) => line.startsWith("<"))).toEqual(others);
  }
});

test("many messages in one write arrive in order, and go out in few writes", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  const texts = Array.from({ length: 1_000 }, (_, i) => `message ${i}`);
  ana.say(...texts);
  await ben.line("<ana> message 999");
  expect(ben.lines.slice(-1_000)).toEqual(texts.map((text) => `<ana> ${text}`));
  // One write to each listener for what was said in one turn: every flush is measured.
  const { values } = await server.histograms.fanOut.get();
  const flushes = values.find(({ metricName }) => metricName?.endsWith("_count"))?.value;
  expect(flushes).toBeLessThan(10);
});

test("what is said in one turn with a leave and a join is told to those who were there then", async () => {
  const server = await serving();
  const ana = await FrameClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  await ana.message("joined");
  const { length } = ana.messages;
  ana.send(
    { type: "say", room: "lobby", text: "bye" },
    { type: "leave", room: "lobby" },
    { type: "join", room: "lobby" },
    { type: "say", room: "lobby", text: "back" },
  );
  await ben.line("<ana> back");
  await ana.message("room");
  await ana.message("message");
  expect(ana.messages.slice(length).map(({ type }) => type)).toEqual(["message", "done", "room", "message"]);
  expect(ben.lines.slice(-4)).toEqual([
    "<ana> bye",
    "* ana left lobby: left (1 person).",
    "* ana joined lobby (2 people).",
    "<ana> back",
  ]);
});

test("printf to a socket that is ended at once: all of it is said, the last line without a line feed too", async () => {
  const server = await serving({ limits: { commandBurst: 3, commandsPerSecond: 200 } });
  const ben = await LineClient.enter(server, "ben");
  const printf = new LineClient(server, { allowHalfOpen: true });
  const texts = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  printf.socket.end(["ana", ...texts, "the last one"].join("\n"));
  for (const text of texts) await ben.line(`<ana> ${text}`);
  await ben.line("<ana> the last one");
  await ben.line("* ana left lobby: hung up (1 person).");
  expect(server.counters.floods).toBeGreaterThan(0);
  await printf.isClosed();
  expect(printf.text).toContain("Welcome");
});

test("a nickname alone, and the end: in and out", async () => {
  const server = await serving();
  const ben = await LineClient.enter(server, "ben");
  new Peer(server).socket.end("ana");
  await ben.line("* ana joined lobby (2 people).");
  await ben.line("* ana left lobby: hung up (1 person).");
});

test("rooms as a plain client sees them: join, talk in two, leave, whisper, topic, kick", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  ana.say("/join books", "anybody here?");
  expect(await ana.line(/You are/)).toBe("* You are in books, alone.");
  ben.say("/join #Books");
  await ana.line("* ben joined books (2 people).");
  // What is typed goes to the room one entered last; the other one is named.
  ben.say("yes", "/leave", "over there?");
  await ana.line("<ben> yes");
  await ana.line("* ben left books: left (1 person).");
  await ana.line("#lobby <ben> over there?");
  await ben.line("* You left books.");
  ana.say("/w ben psst", "/topic novels", "/join books");
  await ben.line("[ana] psst");
  await ana.line("* ana says books is about: novels");
  await ana.line("* You are in books, alone. novels");
  ben.say("/join books");
  await ana.line("* ben joined books (2 people).");
  ana.say("/kick ben noise");
  await ben.line("* ana sent you out of books: noise");
  await ana.line("* ben left books: kicked by ana: noise (1 person).");
  ben.say("back in the lobby");
  await ana.line("#lobby <ben> back in the lobby");
  ana.say("/leave lobby", "/leave", "is this thing on?");
  await ana.line("! NOT_IN_ROOM: you are in no room; go into one: /join ROOM");
});

test("lists, help and refusals as a plain client sees them", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben");
  ben.send({ type: "join", room: "books" });
  await ben.message("room");
  ana.say("/list");
  await ana.line("* 2 people:");
  await ana.line(/^\* {3}ana {10}127\.0\.0\.1:\d+ +lines {2}since \d\d:\d\d UTC {2}lobby$/);
  await ana.line(/^\* {3}ben {10}127\.0\.0\.1:\d+ +frames since \d\d:\d\d UTC {2}lobby, books$/);
  ana.say("/rooms", "/help", "/dance", "/nick BEN", "/nick Zoe");
  await ana.line("* books: 1 person");
  await ana.line("* /quit [REASON]       go");
  await ana.line("! UNKNOWN_TYPE: there is no command /dance; /help lists them");
  await ana.line("! NICK_TAKEN: somebody is called ben already; choose another nickname");
  await ana.line("* ana is called Zoe now.");
});

test("a nickname that is refused is asked for again: the next line is another try", async () => {
  const server = await serving();
  await LineClient.enter(server, "ana");
  const ben = new LineClient(server).say("ANA", "no good", "", "root", "/nick ben");
  await ben.line(/^! NICK_TAKEN: somebody is called ana already/);
  await ben.line(/^! BAD_NICK: "no good" is no nickname/);
  await ben.line(/^! BAD_NICK: "root" is no nickname: it is reserved/);
  await ben.line(/Welcome to chat, ben/);
});

test("who is cut off comes back with the token, and has missed nothing", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben");
  ana.say("one");
  const { epoch, seq } = await ben.message("message");
  ben.socket.resetAndDestroy();
  await ana.line(/^\* ben left lobby: the connection broke|^\* ben left lobby: hung up/);
  ana.say("two", "three");
  await until(() => server.counters.messagesIn === 3);
  const again = await FrameClient.enter(server, "x", {
    token: ben.welcome.token,
    resume: { lobby: [epoch, seq] },
  });
  expect(again.welcome).toMatchObject({ nick: "ben", rooms: [{ recovered: true }] });
  await until(() => again.texts().length === 2);
  expect(again.texts()).toEqual(["two", "three"]);
  await ana.line("* ben joined lobby (2 people).");
});

test("a token takes the place of a connection that is still there", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben");
  const again = await FrameClient.enter(server, "ben", { token: ben.welcome.token });
  await ben.isClosed();
  await expectEndings(server, { replaced: 1 });
  again.send({ type: "say", room: "lobby", text: "here" });
  await ana.line("<ben> here");
  expect(ana.lines.filter((line) => /left|joined/.test(line))).toEqual(["* ben joined lobby (2 people)."]);
});

test("the operator announces, and sends somebody away", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben");
  server.announce("tea at four");
  await ana.line("* The operator: tea at four");
  expect(await ben.message("notice")).toMatchObject({ text: "tea at four" });
  expect(server.kick("nobody1")).toBe(false);
  expect(server.kick("ANA", "noise")).toBe(true);
  await ana.line("* operator sent you away: noise");
  await ana.isClosed();
  expect(await ben.message("left")).toMatchObject({ nick: "ana", reason: "kicked by the operator: noise" });
  expect(server.kick("ben")).toBe(true);
  expect(await ben.message("kicked")).toMatchObject({ by: "operator", reason: "" });
  await ben.isClosed();
  await expectEndings(server, { kicked: 2 });
});

test("ways to go, each counted by its reason", async () => {
  const server = await serving();
  const go: [nick: string, how: (client: LineClient) => unknown][] = [
    ["quits", (client) => client.say("/quit")],
    ["hangs-up", (client) => client.socket.end()],
    ["breaks", (client) => client.write("x".repeat(10)).socket.resetAndDestroy()],
    ["garbles", (client) => client.write(Buffer.from([0x61, 0xff, 0x0a]))],
    ["floods", (client) => client.write("x".repeat(20_000))],
  ];
  for (const [nick, how] of go) {
    const client = await LineClient.enter(server, nick);
    how(client);
    await client.isClosed();
    await until(() => server.sessionCount === 0);
  }
  // An RST that comes with the last bytes is an end to libuv.
  const { lost } = server.counters.endings;
  await expectEndings(server, {
    quit: 1,
    "hung-up": 2 - lost,
    ...(lost > 0 && { lost }),
    garbage: 1,
    oversize: 1,
  });
});
