import { expect, test, vi } from "vitest";
import { FrameClient, LineClient, Peer, until } from "./clients.ts";
import { expectEndings, keepSendBuffersSmall, serving, stopTheClock } from "./serving.ts";

/** Bytes may pile up for who does not read, as far as these tests go. */
const PATIENT = { softQueueBytes: 1e8, hardQueueBytes: 1e8 };

test("everybody is told that the server stops, and when to come back; then all ends", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben");
  expect(await server.drain({ backInMs: 4_200 })).toEqual({ ended: 2, cut: 0 });
  await ana.isClosed();
  await ben.isClosed();
  expect(ana.lines.at(-1)).toBe("* The server stops. Come back in 5 s.");
  expect(ben.messages.at(-1)).toEqual({ type: "shutdown", backInMs: 4_200 });
  expect([ana.failure, ben.failure]).toEqual([undefined, undefined]);
  await expectEndings(server, { shutdown: 2 });
});

test("what was said before comes before the goodbye", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  ana.say("last words");
  await until(() => server.counters.messagesIn === 1);
  await server.drain();
  await ben.isClosed();
  expect(ben.lines.slice(-2)).toEqual(["<ana> last words", "* The server stops. Goodbye."]);
});

test("what is queued for a slow reader flows out for as long as flushMs, not only the 2 s of a goodbye", async () => {
  stopTheClock();
  const server = await serving({ limits: PATIENT });
  keepSendBuffersSmall(server);
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  ben.socket.pause();
  ana.say(...Array.from({ length: 300 }, (_, i) => `${i} ${"x".repeat(1_000)}`));
  await until(() => server.counters.messagesIn === 300);
  const drained = server.drain();
  await ana.isClosed();
  await vi.advanceTimersByTimeAsync(9_999);
  ben.socket.resume();
  expect(await drained).toEqual({ ended: 2, cut: 0 });
  await ben.isClosed();
  expect(ben.lines.filter((line) => line.startsWith("<ana>"))).toHaveLength(300);
});

test("who does not take it in flushMs is cut, and counted", async () => {
  stopTheClock();
  const server = await serving({ limits: PATIENT });
  keepSendBuffersSmall(server);
  const ana = await LineClient.enter(server, "ana");
  await LineClient.enter(server, "ben", { allowHalfOpen: true }).then(({ socket }) => socket.pause());
  ana.say(...Array.from({ length: 300 }, () => "x".repeat(1_000)));
  await until(() => server.counters.messagesIn === 300);
  const drained = server.drain();
  await ana.isClosed();
  await until(() => server.sessionCount === 1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await drained).toEqual({ ended: 1, cut: 1 });
  await expectEndings(server, { shutdown: 2 });
});

test("while it stops nobody comes in, and a second drain or a close hurries the first", async () => {
  stopTheClock();
  const server = await serving();
  const stays = await LineClient.enter(server, "ana", { allowHalfOpen: true });
  const drained = server.drain({ backInMs: 1_000 });
  await stays.line(/The server stops/);
  const late = new Peer(server);
  await late.isClosed();
  expect(late.failure?.code).toBe("ECONNREFUSED");
  const again = server.drain({ backInMs: 7_000 });
  const closed = server.close();
  await vi.advanceTimersByTimeAsync(1);
  expect(await drained).toEqual({ ended: 0, cut: 1 });
  expect(await again).toEqual({ ended: 0, cut: 1 });
  await closed;
  expect(stays.lines.filter((line) => line.includes("stops"))).toHaveLength(1);
  await expectEndings(server, { shutdown: 1 });
});

test("who is at the password, or has said nothing yet, is ended as well", async () => {
  const server = await serving({ password: "open sesame" });
  const ana = new LineClient(server).say("ana");
  await ana.line("* Password?");
  ana.say("guess");
  const mute = new Peer(server);
  await until(() => server.sessionCount === 2);
  expect(await server.drain()).toEqual({ ended: 2, cut: 0 });
  await ana.isClosed();
  await mute.isClosed();
  await expectEndings(server, { shutdown: 2 });
});

test("close ends everything at once", async () => {
  const server = await serving();
  // Half-open: it does not answer the server's end with its own.
  await LineClient.enter(server, "ana", { allowHalfOpen: true });
  const ben = await FrameClient.enter(server, "ben");
  await server.close();
  expect(server.sessionCount).toBe(0);
  await ben.isClosed();
  await expectEndings(server, { shutdown: 2 });
  await server.close();
});

test("an empty server stops at once, and a port is free when it has", async () => {
  const server = await serving();
  const { port } = server.address;
  expect(await server.drain({ backInMs: 1_000 })).toEqual({ ended: 0, cut: 0 });
  const next = await serving({ port });
  await LineClient.enter(next, "ana");
});

test("a refused peer that does not hang up is cut: it holds no connection of the server for long", async () => {
  stopTheClock();
  const server = await serving({ exempt: [], limits: { connectionsPerAddress: 1, connections: 3 } });
  await LineClient.enter(server, "ana");
  const refused = [1, 2].map(() => new Peer(server, { allowHalfOpen: true }));
  for (const peer of refused) await peer.hears("! ADDRESS_LIMIT");
  // Both still have a connection, and with ana there is no room for more.
  await new Peer(server).hears("! SERVER_FULL");
  await vi.advanceTimersByTimeAsync(2_000);
  await new Peer(server).hears("! ADDRESS_LIMIT");
});

test("a server with one door alone ends what knocks otherwise, and goes on", async () => {
  const { frameDoor } = await import("../../src/server/frame-door.ts");
  const server = await serving({ doors: [frameDoor] });
  const nc = new Peer(server).write("ana\n");
  await nc.isClosed();
  await expectEndings(server, { garbage: 1 });
  await FrameClient.enter(server, "ana");
});
