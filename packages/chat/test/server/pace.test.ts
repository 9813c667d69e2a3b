import { expect, test, vi } from "vitest";
import { TokenBucket, weightOf } from "../../src/server/flood.ts";
import { FrameClient, LineClient, Peer, until } from "./clients.ts";
import { serving, stopTheClock } from "./serving.ts";

/** The defaults, where a test is about being slowed down. */
const SLOWED = { commandBurst: 5, commandsPerSecond: 2 };

test("a bucket gives out what is in it, and then as much as flows in; it never holds more than its brim", () => {
  const bucket = new TokenBucket(5, 2, 0);
  for (let i = 0; i < 5; i++) {
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(1);
  }
  expect(bucket.waitMs(0)).toBe(1);
  expect(bucket.waitMs(1)).toBe(0);
  bucket.take(1);
  // Half a second for each, and no more at once after an hour than at first.
  expect(bucket.waitMs(1)).toBe(500);
  expect(bucket.waitMs(3_600_000)).toBe(0);
  for (let i = 0; i < 5; i++) bucket.take(1);
  expect(bucket.waitMs(3_600_000)).toBe(1);
});

test("a heavy command is not held back, and leaves a debt", () => {
  const bucket = new TokenBucket(1, 2, 0);
  bucket.take(3);
  expect(bucket.waitMs(0)).toBe(1_001);
  expect(bucket.waitMs(1_001)).toBe(0);
});

test("what makes work weighs more than a message, and a ping less", () => {
  const weight = (type: string) => weightOf({ kind: "command", command: { type } as never });
  expect(weight("say")).toBe(1);
  for (const type of ["people", "rooms", "kick", "nick", "join", "topic"])
    expect(weight(type)).toBeGreaterThan(1);
  expect(weightOf({ kind: "pulse", message: { type: "ping", id: 1 } })).toBeLessThan(1);
  expect(weightOf({ kind: "answer", bytes: new Uint8Array() })).toBe(1);
});

test("after a burst commands are carried out as the bucket fills, in order, and none is lost", async () => {
  stopTheClock();
  const server = await serving({ limits: SLOWED });
  const ben = await FrameClient.enter(server, "ben");
  const ana = await LineClient.enter(server, "ana");
  const texts = Array.from({ length: 9 }, (_, i) => `${i}`);
  ana.say(...texts);
  // The nickname was the first of the burst.
  await until(() => ben.texts().length === 4 && server.counters.floods === 1);
  for (let heard = 5; heard <= 9; heard++) {
    // Half a second for each, and a millisecond so that the bucket is not short of a hair.
    await vi.advanceTimersByTimeAsync(heard === 5 ? 1 : 501);
    await until(() => ben.texts().length === heard);
    await vi.advanceTimersByTimeAsync(0);
    expect(server.counters.messagesIn).toBe(heard);
  }
  expect(ben.texts()).toEqual(texts);
  expect(ana.closed).toBe(false);
});

test("exactly a burst is no flood", async () => {
  stopTheClock();
  const server = await serving({ limits: SLOWED });
  const ben = await LineClient.enter(server, "ben");
  const ana = await LineClient.enter(server, "ana");
  ana.say("1", "2", "3", "4");
  await ben.line("<ana> 4");
  expect(server.counters.floods).toBe(0);
});

test("who floods is not read from: TCP tells them, the server keeps next to nothing, the others go on", async () => {
  stopTheClock();
  const server = await serving({ limits: SLOWED });
  const ben = await LineClient.enter(server, "ben");
  const ana = await LineClient.enter(server, "ana");
  const line = `${"x".repeat(1_000)}\n`;
  let before = -1;
  // Until neither kernel takes any more.
  for (let still = 0; still < 20; ) {
    if (ana.socket.writableLength === 0) ana.write(line.repeat(1_000));
    await new Promise(setImmediate);
    const taken = ana.socket.bytesWritten - ana.socket.writableLength;
    still = taken === before ? still + 1 : 0;
    before = taken;
  }
  expect(server.counters.bytesIn).toBeLessThan(100_000);
  const cat = await LineClient.enter(server, "cat");
  cat.say("quiet here?");
  await ben.line("<cat> quiet here?");
  expect(server.counters.floods).toBe(1);
  // That it is gone is not seen while nothing is read from it, but by the next thing it is told.
  ana.socket.resetAndDestroy();
  server.announce("who is here?");
  await ben.line(/^\* ana left lobby/);
});

test("held back and cut: what waited is not carried out, and the end is counted once", async () => {
  stopTheClock();
  const server = await serving({ limits: SLOWED });
  const ben = await LineClient.enter(server, "ben");
  const ana = await LineClient.enter(server, "ana");
  ana.say(...Array.from({ length: 20 }, (_, i) => `${i}`));
  await ben.line("<ana> 3");
  ana.socket.resetAndDestroy();
  await ben.line(/^\* ana left lobby/);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.counters.messagesIn).toBe(4);
});

test("hellos and nonsense are commands as well: they cannot be sent without end", async () => {
  stopTheClock();
  const server = await serving({ limits: SLOWED });
  const ana = new FrameClient(server);
  ana.send(...Array.from({ length: 50 }, () => ({ type: "dance" }) as never));
  await until(() => server.counters.floods === 1);
  expect(ana.messages.length).toBeLessThanOrEqual(5);
  const ben = new Peer(server).write("no name\n".repeat(50));
  await until(() => server.counters.floods === 2);
  await until(() => ben.text.split("\n").length === 6);
});
