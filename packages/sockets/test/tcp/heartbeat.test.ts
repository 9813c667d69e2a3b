import { duplexPair } from "node:stream";
import { json, lengthPrefixed, lines } from "@ipc-playground/framing";
import { framed } from "@ipc-playground/framing/node";
import { Company, Heartbeat, type HeartbeatOptions, RoundTrips } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { until } from "./peers.ts";

type Said = Record<string, unknown>;

/** Two ends of a stream of messages: the one that is tested, and what the other one hears. */
function pair() {
  const [ours, theirs] = duplexPair();
  const near = framed(ours, json(lengthPrefixed()));
  const far = framed(theirs, json(lengthPrefixed()));
  const heard: Said[] = [];
  far.on("data", (message: Said) => heard.push(message));
  far.on("error", () => {});
  onTestFinished(() => {
    near.destroy();
    far.destroy();
  });
  return { near, far, heard };
}

function beating(options: HeartbeatOptions = {}) {
  const clock = new ManualClock();
  const { near, far, heard } = pair();
  const heartbeat = new Heartbeat(near, { intervalMs: 1_000, timeoutMs: 100, clock, ...options });
  let failure: Error | undefined;
  near.on("error", (error) => {
    failure = error;
  });
  near.on("data", (message) => heartbeat.take(message));
  return { clock, near, far, heard, heartbeat, failure: () => failure };
}

test("silence for the interval is answered with a ping, a pong is measured", async () => {
  const { clock, far, heard, heartbeat } = beating();
  clock.pass(999);
  expect(heartbeat.roundTrips.count).toBe(0);
  clock.pass(1);
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ type: "ping", id: 1 }]);
  clock.pass(30);
  far.write({ type: "pong", id: 1 });
  await until(() => heartbeat.roundTrips.count === 1);
  expect(heartbeat.roundTrips).toEqual({ count: 1, lastMs: 30, meanMs: 30, p99Ms: 30 });
  expect(heartbeat.unanswered).toBe(0);
});

test("three urgent pings, then the cut: PEER_SILENT", async () => {
  const urgent: number[] = [];
  const { clock, heard, failure, near } = beating({ onUrgent: (number) => urgent.push(number) });
  clock.pass(1_000 + 4 * 100 - 1);
  await until(() => heard.length === 4);
  expect(urgent).toEqual([1, 2, 3]);
  expect(near.destroyed).toBe(false);
  clock.pass(1);
  await until(() => failure() !== undefined);
  expect(failure()).toMatchObject({ code: "PEER_SILENT", fact: expect.stringContaining("4 pings") });
  expect(clock.pending).toBe(0);
});

test("any message between two urgent pings is a sign of life", async () => {
  const { clock, far, heard, heartbeat, near } = beating();
  clock.pass(1_000 + 250);
  await until(() => heard.length === 3);
  expect(heartbeat.unanswered).toBe(2);
  far.write({ type: "chat", text: "I am slow, not dead" });
  await until(() => heartbeat.unanswered === 0);
  clock.pass(999);
  expect(near.destroyed).toBe(false);
  expect(heard.length).toBe(3);
});

test("while messages come there is no ping, and a message costs no timer", async () => {
  const { clock, far, heard } = beating();
  let seen = 0;
  for (let i = 0; i < 20; i++) {
    clock.pass(400);
    far.write({ type: "chat" });
    await until(() => ++seen > 2);
    seen = 0;
    expect(clock.pending).toBe(1);
  }
  expect(heard.filter(({ type }) => type === "ping").length).toBeLessThanOrEqual(1);
});

test("a ping is answered with its own id, and only heartbeats are taken", async () => {
  const { far, heard, heartbeat } = beating();
  far.write({ type: "ping", id: 77 });
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ type: "pong", id: 77 }]);
  for (const other of [{ type: "ping" }, { type: "pong", id: "1" }, { id: 1 }, ["ping", 1], "ping", 5]) {
    expect(heartbeat.take(other)).toBe(false);
  }
});

test("a pong that nobody asked for, or asked for twice, measures nothing", async () => {
  const { clock, heard, heartbeat } = beating();
  heartbeat.ping();
  clock.pass(5);
  heartbeat.take({ type: "pong", id: 9 });
  heartbeat.take({ type: "pong", id: 1 });
  heartbeat.take({ type: "pong", id: 1 });
  await until(() => heard.length === 1);
  expect(heartbeat.roundTrips).toMatchObject({ count: 1, lastMs: 5 });
});

test("a peer that asks for pongs and never reads gets a bounded number", async () => {
  const { far, near, heartbeat } = beating();
  far.pause();
  for (let id = 0; id < 10_000; id++) heartbeat.take({ type: "ping", id });
  expect(near.writableLength).toBeLessThan(100);
});

test("the stream's end ends the heartbeat", async () => {
  const { clock, near } = beating();
  near.destroy();
  await until(() => clock.pending === 0);
});

test("the mean is of the last 20, the 99th percentile of the last 1,000", () => {
  const trips = new RoundTrips();
  expect(trips.summary()).toEqual({ count: 0, lastMs: null, meanMs: null, p99Ms: null });
  for (let i = 0; i < 500; i++) trips.add(1_000_000);
  for (let ms = 1; ms <= 1_000; ms++) trips.add(ms);
  expect(trips.summary()).toEqual({ count: 1_500, lastMs: 1_000, meanMs: 990.5, p99Ms: 990 });
});

test("heartbeats work over lines as over frames", async () => {
  const [ours, theirs] = duplexPair();
  const near = framed(ours, json(lines()));
  const heartbeat = new Heartbeat(near);
  near.on("data", (message) => heartbeat.take(message));
  theirs.write('{"type":"ping","id":3}\n');
  let text = "";
  theirs.setEncoding("utf8").on("data", (part: string) => (text += part));
  await until(() => text !== "");
  expect(text).toBe('{"type":"pong","id":3}\n');
  near.destroy();
});

function company(options: ConstructorParameters<typeof Company>[0] = {}) {
  const clock = new ManualClock();
  const group = new Company({ clock, intervalMs: 1_000, timeoutMs: 100, ...options });
  onTestFinished(() => group[Symbol.dispose]());
  const join = () => {
    const member = pair();
    group.add(member.near);
    member.near.on("data", (message) => group.take(member.near, message));
    member.near.on("error", () => {});
    return member;
  };
  return { clock, group, join };
}

test("a status request is answered, with who is in doubt", async () => {
  const { clock, join } = company();
  const [one, two] = [join(), join()];
  two.far.pause();
  clock.pass(1_150);
  one.far.write({ type: "status" });
  await until(() => one.heard.some(({ type }) => type === "status"));
  // Whoever asks is alive. The other one has not answered.
  expect(one.heard.find(({ type }) => type === "status")).toEqual({
    type: "status",
    upMs: 1_150,
    members: 2,
    doubtful: 1,
  });
});

test("the status goes to everyone from time to time, and who has left is not counted", async () => {
  const { clock, group, join } = company({ statusEveryMs: 300 });
  const [one, two] = [join(), join()];
  clock.pass(300);
  await until(() => one.heard.length === 1 && two.heard.length === 1);
  two.near.destroy();
  await until(() => group.size === 1);
  clock.pass(300);
  await until(() => one.heard.length === 2);
  expect(one.heard.map(({ members }) => members)).toEqual([2, 1]);
});

test("a shutdown is announced to everyone before the end, and one that does not read holds up nobody", async () => {
  const { clock, group, join } = company();
  const one = join();
  const deaf = pair();
  deaf.far.pause();
  group.add(deaf.near);
  while (deaf.near.write("x".repeat(100_000)));
  let ended = false;
  one.far.on("end", () => {
    ended = true;
  });
  const gone = group.shutdown(5_000);
  await until(() => one.heard.length === 1);
  expect(one.heard).toEqual([{ type: "shutdown", backInMs: 5_000 }]);
  clock.pass(2_000);
  await gone;
  await until(() => ended);
});
