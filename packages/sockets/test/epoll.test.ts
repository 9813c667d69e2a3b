import { once } from "node:events";
import { openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import {
  close,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  eventfd,
  MSG_DONTWAIT,
  openDescriptors,
  pipe2,
  read,
  recv,
  resourceLimit,
  send,
  setSoftLimit,
  watchDescriptor,
  write,
} from "@ipc-playground/libc";
import {
  connectedSocket,
  Epoll,
  EpollEcho,
  epollNames,
  netEcho,
  unixSocketPair,
} from "@ipc-playground/sockets";
import { describe, expect, onTestFinished, test } from "vitest";

const byte = Uint8Array.of(1);

function ownPair() {
  const pair = unixSocketPair();
  onTestFinished(() => {
    for (const end of pair) end.close();
  });
  return pair;
}

function ownEpoll(options: { most?: number } = {}): Epoll {
  const epoll = new Epoll(options);
  onTestFinished(() => epoll.close());
  return epoll;
}

describe("Epoll", () => {
  test("adding twice, and changing or deleting what is not watched, are values", () => {
    const epoll = ownEpoll();
    const [one] = ownPair();
    expect(epoll.modify(one.fd, EPOLLIN)).toBe(false);
    expect(epoll.delete(one.fd)).toBe(false);
    expect(epoll.add(one.fd, EPOLLIN)).toBe(true);
    expect(epoll.add(one.fd, EPOLLIN)).toBe(false);
    expect(epoll.modify(one.fd, EPOLLOUT)).toBe(true);
    expect(epoll.wait(0)).toEqual([{ fd: one.fd, events: EPOLLOUT }]);
    expect(epoll.delete(one.fd)).toBe(true);
    expect(epoll.wait(0)).toEqual([]);
  });

  test("level tells as long as something is there, edge when something comes, ONESHOT once until armed again", () => {
    const [level, edge, once] = [ownEpoll(), ownEpoll(), ownEpoll()];
    const [one, other] = ownPair();
    level.add(one.fd, EPOLLIN);
    edge.add(one.fd, EPOLLIN | EPOLLET);
    once.add(one.fd, EPOLLIN | EPOLLONESHOT);
    const told = () => [level, edge, once].map((epoll) => epoll.wait(0).length);
    other.send(byte);
    expect([told(), told()]).toEqual([
      [1, 1, 1],
      [1, 0, 0],
    ]);
    other.send(byte);
    expect(told()).toEqual([1, 1, 0]);
    once.modify(one.fd, EPOLLIN | EPOLLONESHOT);
    expect(told()).toEqual([1, 0, 1]);
  });

  test("a regular file, a closed descriptor and EPOLLEXCLUSIVE with ONESHOT are refused in plain words", () => {
    const epoll = ownEpoll();
    const file = openSync(import.meta.filename, "r");
    onTestFinished(() => void close(file));
    expect(() => epoll.add(file, EPOLLIN)).toThrow(/always ready/);
    expect(() => epoll.add(1_000_000, EPOLLIN)).toThrow(expect.objectContaining({ code: "BAD_DESCRIPTOR" }));
    expect(() => epoll.add(ownPair()[0].fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT)).toThrow(/add alone/);
    epoll.close();
    epoll.close();
    expect(() => epoll.wait(0)).toThrow(expect.objectContaining({ code: "ALREADY_CLOSED" }));
  });

  test("one wait brings no more than asked for, and the next ones the others", () => {
    const epoll = ownEpoll({ most: 2 });
    const fds = Array.from({ length: 5 }, () => eventfd(1));
    onTestFinished(() => fds.forEach(close));
    for (const fd of fds) epoll.add(fd, EPOLLIN);
    const seen = new Set<number>();
    for (let i = 0; i < 3; i++) {
      const ready = epoll.wait(0);
      expect(ready).toHaveLength(2);
      for (const { fd } of ready) seen.add(fd);
    }
    expect(seen.size).toBe(5);
  });

  test("a wait ends when its time is up, and not before", () => {
    const began = performance.now();
    expect(ownEpoll().wait(20)).toEqual([]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
  });

  test("bits have names", () => {
    expect(epollNames(EPOLLIN | EPOLLET)).toBe("EPOLLIN | EPOLLET");
    expect(epollNames(0)).toBe("nothing");
  });
});

/** The server on this process's own event loop: an epoll is a descriptor, so libuv's epoll can watch it. */
function ownEcho(trigger: "level" | "edge"): EpollEcho {
  const server = new EpollEcho(trigger);
  const watch = watchDescriptor(server.epoll.fd, { readable: true }, () => void server.turn(0));
  onTestFinished(() => {
    watch.stop();
    server[Symbol.dispose]();
  });
  return server;
}

async function client(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Send it all, end, and collect what comes back. */
async function echoed(socket: Socket, bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.end(bytes);
  await once(socket, "end");
  return Buffer.concat(chunks);
}

const pattern = (length: number, seed: number) =>
  Buffer.from(Array.from({ length }, (_, i) => i * seed + (i >> 8)));

describe.each(["level", "edge"] as const)("EpollEcho, %s-triggered", (trigger) => {
  test("sends back what came, byte for byte, and forgets a connection that ended", async () => {
    const server = ownEcho(trigger);
    const bytes = pattern(100_000, 7);
    expect((await echoed(await client(server.address.port), bytes)).equals(bytes)).toBe(true);
    await expect.poll(() => server.connections).toBe(0);
  });

  test("a client that sends 8 MiB before it reads gets them all: partial writes, EPOLLOUT", async () => {
    const server = ownEcho(trigger);
    const socket = await client(server.address.port);
    socket.pause();
    const bytes = Buffer.alloc(8 << 20, pattern(65_521, 31));
    socket.write(bytes);
    // The server stops reading from who does not read.
    let before = 0;
    await expect
      .poll(() => {
        const calls = server.calls.send;
        const stopped = calls > 1 && calls === before;
        before = calls;
        return stopped;
      })
      .toBe(true);
    socket.resume();
    expect((await echoed(socket, new Uint8Array(0))).equals(bytes)).toBe(true);
  });

  test("a reset, and an end in the middle, end that connection and no other", async () => {
    const server = ownEcho(trigger);
    const [bystander, rude, hasty] = await Promise.all(
      Array.from({ length: 3 }, () => client(server.address.port)),
    );
    await expect.poll(() => server.connections).toBe(3);
    rude?.write("x");
    rude?.resetAndDestroy();
    hasty?.destroy();
    await expect.poll(() => server.connections).toBe(1);
    expect(`${await echoed(bystander as Socket, Buffer.from("still here"))}`).toBe("still here");
  });

  test("1,000 connections at once each get their own bytes, and leave no descriptor behind", async () => {
    // Both ends are this process's.
    const count = Math.min(1_000, Math.floor(resourceLimit("openFiles").soft / 2) - 100);
    const before = openDescriptors(process.pid)?.length as number;
    const server = ownEcho(trigger);
    const clients = await Promise.all(Array.from({ length: count }, () => client(server.address.port)));
    await expect.poll(() => server.connections).toBe(count);
    const replies = await Promise.all(clients.map((socket, i) => echoed(socket, pattern(100, i))));
    expect(replies.filter((reply, i) => !reply.equals(pattern(100, i)))).toEqual([]);
    await expect.poll(() => server.connections).toBe(0);
    // The listening socket and the epoll are left.
    await expect.poll(() => openDescriptors(process.pid)?.length).toBeLessThanOrEqual(before + 4);
  });

  test("when descriptors are used up the server stays, does not spin, and serves the newcomer later", async () => {
    using server = new EpollEcho(trigger);
    const second = connectedSocket(server.address);
    onTestFinished(() => void close(second));
    const limit = resourceLimit("openFiles").soft;
    setSoftLimit("openFiles", 3);
    try {
      server.turn(0);
      expect([server.full, server.connections]).toEqual([true, 0]);
      const [began, calls] = [performance.now(), server.calls.accept];
      server.turn();
      expect(performance.now() - began).toBeGreaterThan(50);
      expect(server.calls.accept).toBe(calls);
      server.turn(0);
      expect([server.full, server.connections]).toEqual([true, 0]);
    } finally {
      setSoftLimit("openFiles", limit);
    }
    send(second, Buffer.from("at last"));
    const reply = Buffer.alloc(7);
    while (recv(second, reply, MSG_DONTWAIT) < 0) server.turn(100);
    expect(`${reply}`).toBe("at last");
  });

  test("run() ends when the descriptor that it was given is ready", () => {
    using server = new EpollEcho(trigger);
    const [input, output] = pipe2() as [number, number];
    onTestFinished(() => [input, output].forEach(close));
    write(output, byte);
    server.run(input);
    expect(read(input, new Uint8Array(8))).toBe(1);
  });
});

test("the echo server on net does the same", async () => {
  const server = netEcho().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const bytes = pattern(300_000, 11);
  const { port } = server.address() as { port: number };
  expect((await echoed(await client(port), bytes)).equals(bytes)).toBe(true);
});
