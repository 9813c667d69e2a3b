import { once } from "node:events";
import { connect, drained, goodbye } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { Peer, serving, until } from "./peers.ts";

test("the client ends first, and still gets the whole answer", async () => {
  const server = await serving(
    async ({ socket }) => {
      let bytes = 0;
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) bytes += chunk.length;
      socket.end(`${bytes} bytes`);
    },
    { allowHalfOpen: true },
  );
  const peer = await Peer.to(server, { allowHalfOpen: true });
  peer.socket.end("x".repeat(100_000));
  await peer.isClosed();
  expect(peer.heard).toBe("100000 bytes");
});

test("the server ends first, and still gets what a half-open client sends", async () => {
  let got = "";
  const server = await serving(
    ({ socket }) => {
      socket.setEncoding("utf8").on("data", (text: string) => (got += text));
      socket.end("that is all from me");
    },
    { allowHalfOpen: true },
  );
  const socket = await connect({ ...server.address, allowHalfOpen: true });
  socket.resume();
  await once(socket, "end");
  socket.end("but not from me");
  await until(() => got === "but not from me");
});

test("goodbye: the last words arrive although input was never read", async () => {
  const ends: boolean[] = [];
  const server = await serving(async ({ socket }) => ends.push(await goodbye(socket, "x".repeat(500_000))));
  const peer = await Peer.to(server, { allowHalfOpen: true });
  peer.socket.end("y".repeat(500_000));
  await peer.isClosed();
  expect(peer.failure).toBeUndefined();
  expect(peer.heard.length).toBe(500_000);
  await until(() => ends.length === 1);
  expect(ends).toEqual([true]);
});

test("goodbye to a peer that never ends, or never reads, is over after its deadline", async () => {
  const ends: boolean[] = [];
  const server = await serving(async ({ socket }) => {
    ends.push(await goodbye(socket, Buffer.alloc(20_000_000), { withinMs: 50 }));
  });
  await Peer.to(server, { allowHalfOpen: true });
  await Peer.to(server, { reads: false });
  await until(() => ends.length === 2 && server.connections.length === 0);
  expect(ends).toEqual([false, false]);
});

test("goodbye to one that is gone already returns", async () => {
  const server = await serving(({ socket }) => socket.destroy());
  const socket = await connect(server.address);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => {});
  socket.destroy();
  await once(socket, "close");
  expect(await goodbye(socket, "too late")).toBe(false);
});

test("drained returns at once where there is room, and when the stream is over", async () => {
  const server = await serving(() => {});
  const peer = await Peer.to(server, { reads: false });
  await drained(peer.socket);
  while (peer.socket.write(Buffer.alloc(65_536)));
  const waiting = drained(peer.socket);
  peer.socket.destroy();
  await waiting;
  await drained(peer.socket);
});
