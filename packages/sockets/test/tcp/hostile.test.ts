import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { json, lines } from "@ipc-playground/framing";
import { resourceLimit } from "@ipc-playground/libc";
import {
  connect,
  echoLines,
  MessageService,
  type MessageServiceOptions,
  serve,
} from "@ipc-playground/sockets";
import { expect, onTestFinished, test, vi } from "vitest";
import { ManualClock } from "./manual-clock.ts";
import { Peer, serving, until } from "./peers.ts";

async function messages(options: MessageServiceOptions = {}) {
  const service = new MessageService(options);
  onTestFinished(() => service[Symbol.dispose]());
  const server = await serving(service.handle);
  return { service, server };
}

/** A frame of `MessageService`: a 4-byte length and JSON. */
function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

test("ping, echo, broadcast and status, and an error for a type that nobody knows", async () => {
  const { server } = await messages({ codec: json(lines()) });
  const [one, two] = [await Peer.to(server), await Peer.to(server)];
  await until(() => server.connections.length === 2);
  one.send('{"type":"ping","id":4}\n{"type":"echo","text":"hi"}\n{"type":"dance"}\n5\n');
  await one.hears(
    '{"type":"pong","id":4}\n{"type":"echo","text":"hi"}\n{"type":"error","code":"UNKNOWN_NAME"',
  );
  two.send('{"type":"broadcast","text":"all"}\n{"type":"status"}\n');
  await one.hears('{"type":"broadcast","from":2,"text":"all"}\n');
  await two.hears('"members":2,"doubtful":0}\n');
  expect(one.closed).toBe(false);
});

test.each([
  ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "FRAME_TOO_LONG"],
  ["a header that claims 4 GiB", Buffer.from([255, 255, 255, 255, 1]), "FRAME_TOO_LONG"],
  ["invalid UTF-8", Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22]), "BAD_TEXT"],
  ["broken JSON", Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from("{")]), "BAD_FRAME"],
  ["a message of null", Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from("null")]), "BAD_FRAME"],
] as const)("%s is answered with its error's code, and the connection ends", async (_what, bytes, code) => {
  const { server } = await messages();
  const good = await Peer.to(server);
  const bad = await Peer.to(server);
  bad.send(Buffer.concat([bytes, Buffer.alloc(100_000)]));
  await bad.isClosed();
  expect(bad.heard).toContain(`{"type":"error","code":"${code}"`);
  expect(bad.failure).toBeUndefined();
  good.send(frame({ type: "echo", text: "unharmed" }));
  await good.hears('"unharmed"');
});

test("half a frame and an end closes the connection, and the server tells: FRAME_CUT", async () => {
  const { server } = await messages();
  const ends: unknown[] = [];
  server.on("closed", (_connection, error) => ends.push(error?.code));
  const peer = await Peer.to(server);
  peer.socket.end(frame({ type: "echo" }).subarray(0, 9));
  await peer.isClosed();
  await until(() => ends.length === 1);
  expect(ends).toEqual(["FRAME_CUT"]);
});

test("bytes one at a time, for ever: the frame's deadline ends it, however lively it looks", async () => {
  const clock = new ManualClock();
  const { server } = await messages({ frames: { withinMs: 10_000, clock } });
  const ends: unknown[] = [];
  server.on("closed", (_connection, error) => ends.push(error?.code));
  const peer = await Peer.to(server);
  const slow = Buffer.from([0, 0, 0x10, 0]);
  for (let i = 0; i < 100 && !peer.closed; i++) {
    peer.send(slow.subarray(i % 4, (i % 4) + 1));
    await until(() => peer.closed || server.list()[0]?.bytesIn === i + 1);
    clock.pass(1_000);
    if (i === 8) expect(peer.closed).toBe(false);
  }
  await peer.isClosed();
  await until(() => ends.length === 1);
  expect(ends).toEqual(["DEADLINE_PASSED"]);
});

test("whole frames now and then meet no deadline; a peer that never says anything does", async () => {
  const clock = new ManualClock();
  const { server } = await messages({ frames: { withinMs: 100, firstWithinMs: 100, clock } });
  const [mute, fine] = [await Peer.to(server), await Peer.to(server)];
  for (let i = 1; i <= 5; i++) {
    fine.send(frame({ type: "echo", text: `#${i}` }));
    await fine.hears(`#${i}`);
    clock.pass(90);
  }
  await mute.isClosed();
  expect(fine.closed).toBe(false);
});

test.each([
  ["lines", (peer: Peer) => peer.send("x".repeat(4_000).concat("\n").repeat(16))],
  ["commands with long answers", (peer: Peer) => peer.send("/list\n".repeat(10_000))],
])("a peer that sends %s and never reads costs the server bounded memory", async (_what, flood) => {
  const server = await serving(echoLines);
  const peer = await Peer.to(server, { reads: false });
  // Until nothing moves any more: both kernels' buffers are full, and the server has stopped to read.
  const taken = () =>
    peer.socket.bytesWritten - peer.socket.writableLength + (server.list()[0]?.bytesIn ?? 0);
  for (let still = 0, before = -1; still < 20; ) {
    if (peer.socket.writableLength === 0) flood(peer);
    await delay(5);
    still = peer.socket.writableLength > 0 && taken() === before ? still + 1 : 0;
    before = taken();
  }
  const { socket } = server.connections[0] as { socket: { writableLength: number; readableLength: number } };
  expect(socket.writableLength + socket.readableLength).toBeLessThan(400_000);
  const other = await Peer.to(server);
  other.send("alive\n");
  await other.hears("alive\n");
});

test("a broadcast does not pile up for who does not read, and reaches the others", async () => {
  const { server, service } = await messages();
  const [deaf, fine] = [await Peer.to(server, { reads: false }), await Peer.to(server)];
  await until(() => server.connections.length === 2);
  const text = "x".repeat(60_000);
  for (let i = 0; i < 300; i++) {
    service.company.broadcast({ type: "broadcast", i, text });
    // The other one takes each before the next goes out.
    await fine.hears(`"i":${i},`);
    fine.heard = "";
  }
  const waiting = server.connections.map(({ socket }) => socket.writableLength);
  expect(Math.max(...waiting)).toBeLessThan(1_500_000);
  expect(deaf.closed).toBe(false);
});

test("who has more than maxQueuedBytes waiting is cut by send(): CONNECTION_LOST", async () => {
  const server = await serving(
    (connection) => {
      while (connection.socket.writable) connection.send(Buffer.alloc(65_536));
    },
    { maxQueuedBytes: 1_000_000 },
  );
  const errors: (string | undefined)[] = [];
  server.on("closed", (_, error) => errors.push(error?.fact.replace(/\d+/g, "N")));
  await Peer.to(server, { reads: false });
  await until(() => errors.length === 1);
  expect(errors).toEqual(["N.N.N.N:N does not read: N bytes wait for it"]);
});

test("an RST in the middle ends one connection and nothing else", async () => {
  const server = await serving(echoLines);
  let closed = 0;
  server.on("closed", () => closed++);
  for (const sent of ["", "half a line", "a line\n", "x".repeat(1_000_000)]) {
    const socket = await connect(server.address);
    socket.on("error", () => {});
    if (sent !== "") await new Promise((resolve) => socket.write(sent, resolve));
    socket.resetAndDestroy();
  }
  // Not always with an error: an RST that comes with the last bytes is an end to libuv.
  await until(() => closed === 4 && server.connections.length === 0);
  const peer = await Peer.to(server);
  peer.send("alive\n");
  await peer.hears("alive\n");
});

/** As many connections at once as the limit on descriptors allows both ends of, at most 2,000. */
const CROWD = Math.min(2_000, Math.floor((resourceLimit("openFiles").soft - 200) / 2));

test(`${CROWD} connections at once are all served`, { timeout: 90_000 }, async () => {
  const server = await serving(echoLines);
  const peers = await Promise.all(Array.from({ length: CROWD }, () => Peer.to(server)));
  for (const [i, peer] of peers.entries()) peer.send(`I am ${i}\n`);
  // One look at all of them, now and then: a timer for each would take the processor from the server. A
  // connection that found the accept queue full is tried again by TCP after 1, 3, 7 and 15 seconds.
  const unheard = () => peers.filter(({ heard }, i) => !heard.includes(`I am ${i}\n`)).length;
  await vi.waitUntil(() => unheard() === 0, { timeout: 60_000, interval: 50 });
  expect(server.connections.length).toBe(CROWD);
  const one = peers[0] as Peer;
  one.send("/list\n");
  await one.hears(`and ${CROWD - 100} more\n`);
});

/** An echo server in a process of its own, with so many descriptors. */
async function limitedServer(descriptors: number) {
  const script = join(import.meta.dirname, "../fixtures/echo-server.mjs");
  const child: ChildProcess = spawn(
    "sh",
    ["-c", `ulimit -n ${descriptors}; exec "$0" "$1"`, process.execPath, script],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const told: Record<string, unknown>[] = [];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.trim().split("\n")) told.push(JSON.parse(line));
  });
  await until(() => told.length > 0);
  return { child, told, address: { host: "127.0.0.1", port: told[0]?.port as number } };
}

test("descriptors used up: the server says so, tells newcomers, stays up, and goes on when some are free", async () => {
  const { child, told, address } = await limitedServer(120);
  const server = { address } as Awaited<ReturnType<typeof serve>>;
  const peers = await Promise.all(Array.from({ length: 200 }, () => Peer.to(server)));
  for (const peer of peers) peer.send("hello\n");
  await until(() => peers.every((peer) => peer.closed || peer.heard === "hello\n"));
  const served = peers.filter((peer) => !peer.closed);
  const refused = peers.filter((peer) => peer.heard.startsWith("! TOO_MANY_DESCRIPTORS"));
  expect(served.length).toBeGreaterThan(50);
  expect(served.length).toBeLessThan(120);
  expect(refused.length).toBeGreaterThan(0);
  expect(told.filter(({ event }) => event === "exhausted")).toMatchObject([{ code: "TOO_MANY_DESCRIPTORS" }]);
  for (const peer of served) peer.socket.end();
  await until(() => told.some(({ event }) => event === "recovered"));
  const late = await Peer.to(server);
  late.send("room again\n");
  await late.hears("room again\n");
  expect(child.exitCode).toBe(null);
});

test("two servers on one port, the name that does not exist: plain words, not a crash", async () => {
  const server = await serving(echoLines);
  await expect(serve(echoLines, server.address)).rejects.toThrow(
    /another socket listens at 127\.0\.0\.1:\d+ already/,
  );
  await expect(connect({ host: "chat.invalid", port: 1 })).rejects.toThrow(
    "the name in chat.invalid:1 has no address",
  );
});

test("a server whose client is killed in the middle of a line goes on", async () => {
  const server = await serving(echoLines);
  const killed = spawn(process.execPath, [
    "-e",
    `require("net").connect(${server.address.port}, "127.0.0.1", function () { this.write("half a li", () => process.kill(process.pid, "SIGKILL")); })`,
  ]);
  await once(killed, "exit");
  await until(() => server.accepted === 1 && server.connections.length === 0);
});
