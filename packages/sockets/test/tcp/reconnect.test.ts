import { once } from "node:events";
import { fullJitter, ReconnectingClient, type ReconnectOptions, serve } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { serving, until } from "./peers.ts";

function client(options: ReconnectOptions) {
  const made = new ReconnectingClient({ baseMs: 1, ...options });
  const told: string[] = [];
  made.on("connecting", (attempt) => told.push(`connecting ${attempt}`));
  made.on("connected", () => told.push("connected"));
  made.on("lost", (error) => told.push(`lost ${error?.code ?? "by the server's end"}`));
  made.on("waiting", (delayMs, why) => told.push(`waiting ${delayMs} ${why.code}`));
  made.on("closed", (error) => told.push(`closed ${error?.code ?? ""}`.trim()));
  onTestFinished(() => made.close());
  return { client: made, told };
}

test("full jitter: from 0 up to a bound that doubles, and ends at the cap", () => {
  const bounds = [1, 2, 3, 4, 5, 60].map((retry) =>
    fullJitter(retry, { baseMs: 100, capMs: 1_000, random: () => 0.999_999 }),
  );
  expect(bounds).toEqual([99, 199, 399, 799, 999, 999]);
  expect(fullJitter(7, { random: () => 0 })).toBe(0);
});

test("tries, delays and reasons are told, until somebody listens", async () => {
  const first = await serving(() => {});
  await first.close({ withinMs: 0 });
  const clock = new ManualClock();
  const { client: lone, told } = client({ ...first.address, baseMs: 100, random: () => 0.5, clock });
  await until(() => told.length === 2);
  clock.pass(50);
  await until(() => told.length === 4);
  const second = await serving(() => {}, { port: first.address.port });
  clock.pass(99);
  expect(lone.state).toBe("waiting");
  clock.pass(1);
  await once(lone, "connected");
  expect(told).toEqual([
    "connecting 1",
    "waiting 50 CONNECTION_REFUSED",
    "connecting 2",
    "waiting 100 CONNECTION_REFUSED",
    "connecting 3",
    "connected",
  ]);
  expect(lone.state).toBe("connected");
  await until(() => second.connections.length === 1);
});

test("a server that accepts and hangs up at once is not a success: the delays grow", async () => {
  const server = await serving(({ socket }) => socket.destroy());
  const clock = new ManualClock();
  const { told } = client({ ...server.address, baseMs: 10, random: () => 0.5, clock, maxTries: 4 });
  for (const delayMs of [5, 10, 20]) {
    await until(() => told.some((line) => line.startsWith(`waiting ${delayMs} `)));
    clock.pass(delayMs);
  }
  await until(() => told.at(-1)?.startsWith("closed"));
  expect(told.at(-1)).toBe("closed CONNECTION_LOST");
});

test("after a steady connection the delays begin anew", async () => {
  const server = await serving(() => {});
  const clock = new ManualClock();
  const { client: steady, told } = client({
    ...server.address,
    baseMs: 10,
    random: () => 0.5,
    clock,
    steadyMs: 1_000,
  });
  for (const livedMs of [0, 0, 1_000]) {
    await until(() => steady.state === "connected" && server.connections.length === 1);
    clock.pass(livedMs);
    server.connections[0]?.socket.destroy();
    await until(() => steady.state === "waiting" && server.connections.length === 0);
    clock.pass(100);
  }
  expect(told.filter((line) => line.startsWith("waiting")).map((line) => line.split(" ")[1])).toEqual([
    "5",
    "10",
    "5",
  ]);
});

test("gives up at once where another try cannot help, and after maxTries where it might", async () => {
  const bad = client({ host: "127.0.0.1", port: 70_000 });
  await until(() => bad.client.state === "closed");
  expect(bad.told).toEqual(["connecting 1", "closed BAD_ADDRESS"]);
  const nowhere = client({ host: "nobody.invalid", port: 1, random: () => 0, maxTries: 2 });
  await until(() => nowhere.client.state === "closed");
  expect(nowhere.told).toEqual([
    "connecting 1",
    "waiting 0 NAME_NOT_FOUND",
    "connecting 2",
    "closed NAME_NOT_FOUND",
  ]);
});

test("an abort ends it in every state, and leaves no timer", async () => {
  const server = await serving(() => {});
  const clock = new ManualClock();
  const connected = new AbortController();
  const one = client({ ...server.address, signal: connected.signal, clock });
  await until(() => one.client.state === "connected");
  connected.abort();
  await until(() => server.connections.length === 0);
  const waiting = new AbortController();
  await server.close({ withinMs: 0 });
  const two = client({ ...server.address, signal: waiting.signal, clock });
  await until(() => two.client.state === "waiting");
  expect(clock.pending).toBe(1);
  waiting.abort();
  expect(clock.pending).toBe(0);
  const early = client({ ...server.address, signal: AbortSignal.abort() });
  await until(() => early.client.state === "closed");
  expect([one, two, early].map(({ told }) => told.at(-1))).toEqual(["closed", "closed", "closed"]);
});

test("a client that tries for long keeps nothing of the tries that are over", async () => {
  const server = await serving(() => {});
  await server.close({ withinMs: 0 });
  const warnings: string[] = [];
  const warned = ({ name }: Error) => warnings.push(name);
  process.on("warning", warned);
  onTestFinished(() => {
    process.off("warning", warned);
  });
  const { client: patient } = client({ ...server.address, random: () => 0, maxTries: 20 });
  await once(patient, "closed");
  expect(warnings).toEqual([]);
});

test("a server that is killed and comes back at its port is found again", async () => {
  const first = await serve(() => {});
  const { port } = first.address;
  const { client: faithful, told } = client({ ...first.address, random: () => 0.5 });
  await once(faithful, "connected");
  await first.close({ withinMs: 0 });
  await until(() => told.some((line) => line.startsWith("waiting")));
  const second = await serving(() => {}, { port });
  await until(() => second.connections.length === 1);
  expect(faithful.state).toBe("connected");
});
