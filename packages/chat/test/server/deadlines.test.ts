import { expect, test, vi } from "vitest";
import { FrameClient, frame, LineClient, Peer, until } from "./clients.ts";
import { expectEndings, serving, stopTheClock } from "./serving.ts";

/** Let time pass on a clock that stands still, and what follows from it happen. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("no hello in 10 s: a peer that said nothing is told in a line, and cut", async () => {
  stopTheClock();
  const server = await serving();
  const mute = new Peer(server);
  await until(() => server.sessionCount === 1);
  await pass(9_999);
  expect(mute.closed).toBe(false);
  await pass(1);
  await mute.isClosed();
  expect(mute.text).toBe("! TOO_LATE: you did not say hello within 10 s; connect again, and do\n");
  await expectEndings(server, { late: 1 });
});

test("no hello in 10 s: who speaks frames is told in a frame, however much else came", async () => {
  stopTheClock();
  const server = await serving();
  const client = new FrameClient(server).send({ type: "rooms" }, { type: "ping", id: 1 });
  expect(await client.message("error")).toMatchObject({ code: "HELLO_FIRST" });
  await pass(10_000);
  expect(await client.message("error")).toMatchObject({ code: "TOO_LATE", final: true });
  await client.isClosed();
  await expectEndings(server, { late: 1 });
});

test("a hello in time ends that deadline", async () => {
  stopTheClock();
  const server = await serving({ limits: { lineIdleMs: 3_600_000 } });
  const ana = await LineClient.enter(server, "ana");
  await pass(20_000);
  ana.say("/rooms");
  await ana.line("* lobby: 1 person");
});

test("half a frame that is not finished in 10 s, though bytes keep coming: told, cut, and the others hear why", async () => {
  stopTheClock();
  const server = await serving();
  const ben = await LineClient.enter(server, "ben");
  const ana = await FrameClient.enter(server, "ana");
  const { bytesIn } = server.counters;
  const bytes = frame({ type: "say", room: "lobby", text: "slow" });
  for (let i = 0; i < 10; i++) {
    ana.write(bytes.subarray(i, i + 1));
    await until(() => server.counters.bytesIn === bytesIn + i + 1);
    expect(ana.closed).toBe(false);
    await pass(1_000);
  }
  expect(await ana.message("error")).toMatchObject({ code: "TOO_LATE", final: true });
  await ana.isClosed();
  await ben.line(/^\* ana left lobby: the other side began a frame and did not finish it within 10 s/);
  await expectEndings(server, { late: 1 });
});

test("half a line is cut like half a frame, and a whole one begins anew", async () => {
  stopTheClock();
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  ana.write("hel");
  await until(() => server.counters.bytesIn === 11);
  await pass(9_000);
  ana.write("lo\nag");
  await ben.line("<ana> hello");
  await pass(9_999);
  expect(ana.closed).toBe(false);
  await pass(1);
  await ana.line(/^! TOO_LATE: the other side began a frame/);
  await ana.isClosed();
});

test("a plain client that says nothing for long is sent away, and told", async () => {
  const server = await serving({ limits: { lineIdleMs: 60 } });
  const ana = await LineClient.enter(server, "ana");
  await ana.line("! IDLE: nothing was said for 0.001 minutes; come back any time");
  await ana.isClosed();
  await expectEndings(server, { idle: 1 });
});

test("what others say does not keep a plain client that says nothing", async () => {
  const server = await serving({ limits: { lineIdleMs: 60, commandBurst: 1e6 } });
  const ben = await FrameClient.enter(server, "ben");
  const ana = await LineClient.enter(server, "ana");
  const talking = setInterval(() => ben.send({ type: "say", room: "lobby", text: "la" }), 20);
  await ana.line("! IDLE: nothing was said for 0.001 minutes; come back any time");
  clearInterval(talking);
  await ana.isClosed();
});

test("a client that speaks frames is pinged after silence; its pong is measured, and it stays", async () => {
  stopTheClock();
  const server = await serving();
  const ana = await FrameClient.enter(server, "ana");
  for (let i = 1; i <= 3; i++) {
    await pass(30_000);
    const { id } = await ana.message("ping");
    expect(id).toBe(i);
    const { bytesIn } = server.counters;
    ana.send({ type: "pong", id });
    await until(() => server.counters.bytesIn > bytesIn);
  }
  ana.send({ type: "ping", id: 99 });
  expect(await ana.message("pong")).toEqual({ type: "pong", id: 99 });
  const { values } = await server.histograms.roundTrip.get();
  expect(values.find(({ metricName }) => metricName?.endsWith("_count"))?.value).toBe(3);
  expect(ana.closed).toBe(false);
});

test("anything that it says is a sign of life: there is no ping then", async () => {
  stopTheClock();
  const server = await serving();
  const ana = await FrameClient.enter(server, "ana");
  for (let i = 0; i < 4; i++) {
    await pass(20_000);
    ana.send({ type: "rooms", id: `${i}` });
    expect((await ana.message("rooms")).id).toBe(`${i}`);
  }
  expect(ana.messages.filter(({ type }) => type === "ping")).toEqual([]);
});

test("who answers no ping, the urgent ones neither, is cut as silent; the others hear it, and it may come back", async () => {
  stopTheClock();
  const server = await serving();
  const ben = await LineClient.enter(server, "ben");
  const ana = await FrameClient.enter(server, "ana");
  await pass(30_000 + 4 * 5_000 - 1);
  await until(() => ana.messages.filter(({ type }) => type === "ping").length === 4);
  expect(ana.closed).toBe(false);
  await pass(1);
  await ana.isClosed();
  await ben.line("* ana left lobby: nothing came back for 4 pings, 5 s each (1 person).");
  await expectEndings(server, { silent: 1 });
  const again = await FrameClient.enter(server, "x", { token: ana.welcome.token });
  expect(again.welcome.nick).toBe("ana");
});

test("a person who was cut off is given up after two minutes: the room passes on, the name is free", async () => {
  stopTheClock();
  const server = await serving();
  const ben = await LineClient.enter(server, "ben");
  const ana = await FrameClient.enter(server, "ana", { rooms: ["books"] });
  ben.say("/join books");
  await ben.line(/You are in books, one of 2/);
  ana.socket.resetAndDestroy();
  await ben.line(/^\* ana left books/);
  await pass(118_000);
  ben.say("/nick ana");
  await ben.line(/^! NICK_TAKEN/);
  await pass(2_001);
  await ben.line("* books is ben's now.");
  ben.say("/nick ana");
  await ben.line("* ben is called ana now.");
});
