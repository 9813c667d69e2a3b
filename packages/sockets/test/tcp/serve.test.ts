import { once } from "node:events";
import { createServer } from "node:net";
import { echoLines, serve } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { Peer, serving, until } from "./peers.ts";

test("a line comes back, and /info counts bytes and messages both ways", async () => {
  const server = await serving(echoLines);
  const peer = await Peer.to(server);
  peer.send("hello\n");
  await peer.hears("hello\n");
  peer.send("/info\n");
  await peer.hears("for 0 s");
  expect(peer.heard).toMatch(/#1 127\.0\.0\.1:\d+ {2}in 12 B {2}out 6 B {2}2 messages/);
  expect(server.list()).toMatchObject([{ id: 1, bytesIn: 12, bytesOut: peer.heard.length, messages: 2 }]);
});

test("/list shows every connection, /quit ends one, an unknown command says which there are", async () => {
  const server = await serving(echoLines);
  const [one, two] = [await Peer.to(server), await Peer.to(server)];
  one.send("/list\n");
  await one.hears("2 connections, 2 since the start");
  await one.hears("#2 ");
  one.send("/dance\n");
  await one.hears("! there is no /dance: /info, /list or /quit");
  two.send("one\n/quit\nnever read\n");
  await two.hears("goodbye after 2 messages\n");
  await two.isClosed();
  await until(() => server.connections.length === 1);
  expect(server.connections[0]?.id).toBe(1);
});

test("a port that is taken: ADDRESS_IN_USE, and the next step", async () => {
  const server = await serving(echoLines);
  await expect(serve(echoLines, { port: server.address.port })).rejects.toMatchObject({
    code: "ADDRESS_IN_USE",
    errno: "EADDRINUSE",
    syscall: "listen",
    nextStep: expect.stringContaining("ss -ltnp"),
  });
});

test.each([
  [{ port: 65_536 }, "BAD_ADDRESS"],
  [{ port: -1 }, "BAD_ADDRESS"],
  [{ host: "203.0.113.1" }, "BAD_ADDRESS"],
  [{ host: "nobody.invalid" }, "NAME_NOT_FOUND"],
])("listening at %j is %s", async (options, code) => {
  await expect(serve(echoLines, options)).rejects.toMatchObject({ code });
});

test("a connection that is silent for idleMs is told so, and ended", async () => {
  const server = await serving(echoLines, {
    idleMs: 30,
    farewell: (socket, why) => socket.write(`${why.fact}\n`),
  });
  const peer = await Peer.to(server);
  await peer.isClosed();
  expect(peer.heard).toMatch(/^nothing came from 127\.0\.0\.1:\d+ and nothing went to it for 0\.03 s\n$/);
  expect(peer.failure).toBeUndefined();
});

test("who comes when the server is full is told so, and the others do not notice", async () => {
  const server = await serving(echoLines, {
    maxConnections: 2,
    farewell: (socket, why) => socket.write(`${why.code}\n`),
  });
  const refused = once(server, "refused");
  const [one, _two] = [await Peer.to(server), await Peer.to(server)];
  const three = await Peer.to(server);
  await three.isClosed();
  expect(three.heard).toBe("SERVER_FULL\n");
  expect((await refused)[0]).toMatchObject({ code: "SERVER_FULL" });
  one.send("still here\n");
  await one.hears("still here\n");
  one.socket.end();
  await until(() => server.connections.length === 1);
  const four = await Peer.to(server);
  four.send("room again\n");
  await four.hears("room again\n");
});

test("close: nobody new, a farewell to everyone, what is queued arrives, then the end", async () => {
  const bytes = 3_000_000;
  const server = await serving(({ socket }) => socket.write(Buffer.alloc(bytes, "x")), {
    farewell: (socket) => socket.write("the server is closing\n"),
  });
  const peer = await Peer.to(server);
  const closed = await server.close();
  expect(closed).toEqual({ ended: 1, cut: 0 });
  await peer.isClosed();
  expect(peer.heard.length).toBe(bytes + "the server is closing\n".length);
  await expect(Peer.to(server)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("close cuts who does not end in time, and counts it", async () => {
  const server = await serving(() => {});
  // Half-open: it does not answer the server's end with its own.
  await Peer.to(server, { allowHalfOpen: true });
  await Peer.to(server);
  await until(() => server.connections.length === 2);
  expect(await server.close({ withinMs: 50 })).toEqual({ ended: 1, cut: 1 });
});

test("a second close can only hurry", async () => {
  const server = await serving(() => {});
  await Peer.to(server, { allowHalfOpen: true });
  await until(() => server.connections.length === 1);
  const patient = server.close();
  await server.close({ withinMs: 0 });
  expect(await patient).toEqual({ ended: 0, cut: 1 });
});

test("a handler that throws, at once or later, ends its connection and nothing else", async () => {
  let number = 0;
  const server = await serving(async ({ socket }) => {
    number++;
    if (number === 1) throw new Error("at once");
    await once(socket, "data");
    if (number === 2) throw new Error("later");
  });
  const errors: (string | undefined)[] = [];
  server.on("closed", (_, error) => errors.push(error?.fact));
  await (await Peer.to(server)).isClosed();
  const second = await Peer.to(server);
  second.send("x");
  await second.isClosed();
  await until(() => errors.length === 2);
  expect(errors.map((fact) => fact?.split(": ").at(-1))).toEqual(["at once", "later"]);
  expect((await Peer.to(server)).closed).toBe(false);
});

test("a handler that first waits for something misses nothing", async () => {
  let go = () => {};
  const ready = new Promise<void>((resolve) => {
    go = resolve;
  });
  const server = await serving(async (connection, server) => {
    await ready;
    await echoLines(connection, server);
  });
  const peer = await Peer.to(server);
  peer.send("early\n");
  await until(() => server.connections.length === 1);
  go();
  await peer.hears("early\n");
});

test("the server listens on a port that an ordinary server has just left", async () => {
  const first = createServer((socket) => socket.end());
  onTestFinished(() => {
    first.close();
  });
  first.listen(0, "127.0.0.1");
  await once(first, "listening");
  const { port } = first.address() as { port: number };
  const peer = await Peer.to({ address: { port } } as never);
  await peer.isClosed();
  first.close();
  await once(first, "close");
  // The connection is in TIME_WAIT on the server's side. Node, like every server, sets SO_REUSEADDR.
  expect((await serving(echoLines, { port })).address.port).toBe(port);
});
