import { chmodSync, existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { getSocketOption } from "@ipc-playground/libc";
import {
  ABSTRACT_NAME_BYTES,
  connectUnix,
  isAbstract,
  listenUnix,
  newAbstractName,
  openUnixDatagram,
  readSocketLimit,
  SOCKET_LIMITS,
  UNIX_PATH_BYTES,
  UnixSocket,
  unixSocketPair,
} from "@ipc-playground/sockets";
import { describe, expect, test } from "vitest";
import { child, codeOf, folder, owned, said } from "./unix-suite.ts";

const bytes = (text: string) => Buffer.from(text);

function pair(type: "stream" | "datagram" | "seqpacket") {
  const [a, b] = unixSocketPair(type);
  return [owned(a), owned(b)] as const;
}

function connected(type: "stream" | "seqpacket") {
  const listener = owned(listenUnix(newAbstractName(), { type }));
  const client = owned(connectUnix(listener.path, { type }));
  const server = listener.accept({ withinMs: 5_000 });
  if (!(server instanceof UnixSocket)) throw new Error(server.kind);
  return { listener, client, server: owned(server) };
}

test("a stream joins what was sent, and cuts it where the reader's buffer ends", () => {
  const [a, b] = pair("stream");
  a.send(bytes("one"));
  a.send(bytes("two"));
  expect(said(b.receive({ roomBytes: 4 }))).toBe("onet");
  expect(said(b.receive())).toBe("wo");
});

describe.each(["datagram", "seqpacket"] as const)("%s", (type) => {
  test("one send is one receive, in order, and what does not fit is lost and told", () => {
    const [a, b] = pair(type);
    a.send(bytes("one"));
    a.send(bytes("three"));
    a.send(bytes("five"));
    expect(said(b.receive())).toBe("one");
    expect(b.receive({ roomBytes: 2 })).toMatchObject({ truncated: true });
    expect(b.receiveInto(new Uint8Array(2))).toBe(4);
    expect(b.receive({ withinMs: 0 })).toEqual({ kind: "would-block" });
  });

  test("a message over the send buffer is refused whole: MESSAGE_TOO_LONG", () => {
    const [a, b] = pair(type);
    expect(codeOf(() => a.send(new Uint8Array(getSocketOption(a.fd, "SO_SNDBUF") + 1)))).toBe(
      "MESSAGE_TOO_LONG",
    );
    expect(b.receive({ withinMs: 0 })).toEqual({ kind: "would-block" });
  });
});

test("an empty datagram is a message of 0 bytes; an empty seqpacket message is refused", () => {
  const [a, b] = pair("datagram");
  a.send(new Uint8Array(0));
  expect(b.receive()).toEqual({ kind: "message", bytes: new Uint8Array(0), truncated: false });
  const [c] = pair("seqpacket");
  expect(codeOf(() => c.send(new Uint8Array(0)))).toBe("BAD_ARGUMENT");
});

test.each(["stream", "seqpacket"] as const)(
  "%s: a closed other end is the end, then CONNECTION_LOST",
  (type) => {
    const { client, server } = connected(type);
    client.send(bytes("last"));
    client.close();
    expect(said(server.receive())).toBe("last");
    expect(server.receive()).toEqual({ kind: "end" });
    expect(server.receiveInto(new Uint8Array(8))).toEqual({ kind: "end" });
    expect(server.receiveWithDescriptors()).toEqual({ kind: "end" });
    expect(codeOf(() => server.send(bytes("x")))).toBe("CONNECTION_LOST");
  },
);

test("the other end closes with something unread: CONNECTION_LOST, not the end", () => {
  const { client, server } = connected("stream");
  server.send(bytes("unread"));
  client.close();
  expect(codeOf(() => server.receive())).toBe("CONNECTION_LOST");
});

test("shutdown ends one direction only, whoever else has the socket", () => {
  const { client, server } = connected("stream");
  client.shutdown("write");
  expect(server.receive()).toEqual({ kind: "end" });
  server.send(bytes("still"));
  expect(said(client.receive())).toBe("still");
});

test("a deadline that passes is a value, in both directions; without waiting it is would-block", () => {
  const [a, b] = pair("stream");
  expect(b.receive({ withinMs: 5 })).toEqual({ kind: "timed-out" });
  expect(b.receive({ withinMs: 0 })).toEqual({ kind: "would-block" });
  while (a.send(new Uint8Array(65_536), { withinMs: 0 }).kind === "sent");
  expect(a.send(new Uint8Array(1 << 20), { withinMs: 5 }).kind).toBe("timed-out");
  b.makeNonBlocking();
  while (b.receive().kind === "message");
  expect(b.receive()).toEqual({ kind: "would-block" });
  const listener = owned(listenUnix(newAbstractName()));
  expect(listener.accept({ withinMs: 5 })).toEqual({ kind: "timed-out" });
  expect(listener.accept({ withinMs: 0 })).toEqual({ kind: "would-block" });
});

test("a signal does not end a wait with a deadline", async () => {
  const [a, b] = pair("stream");
  const python = child(
    "python3",
    `import os,signal,time,sys
stat = lambda: open(f"/proc/{os.getppid()}/stat").read().rsplit(")", 1)[1].split()[0]
for _ in range(5):
    while stat() != "S": time.sleep(0.001)
    os.kill(os.getppid(), signal.SIGCHLD)
    time.sleep(0.002)
os.write(3, b"after five signals")`,
    [],
    [a.fd],
  );
  expect(said(b.receive({ withinMs: 10_000 }))).toBe("after five signals");
  await python.ended;
});

test("a full backlog keeps a connecting client waiting: DEADLINE_PASSED in time", () => {
  const listener = owned(listenUnix(newAbstractName(), { backlog: 0 }));
  owned(connectUnix(listener.path));
  expect(codeOf(() => connectUnix(listener.path, { withinMs: 5 }))).toBe("DEADLINE_PASSED");
});

test("a datagram of a bound sender can be answered; one of an unbound sender says no address", () => {
  const dir = folder();
  const server = owned(openUnixDatagram({ path: `${dir}/server` }));
  const client = owned(openUnixDatagram({ path: `${dir}/client` }));
  client.sendTo(server.path, bytes("question"));
  const got = server.receiveFrom();
  expect(got).toMatchObject({ from: `${dir}/client`, truncated: false });
  server.sendTo(client.path, bytes("answer"));
  expect(said(client.receive())).toBe("answer");
  owned(openUnixDatagram()).sendTo(server.path, bytes("anonymous"));
  expect(server.receiveFrom()).toMatchObject({ from: "" });
});

test("a connected datagram socket hears its peer only", () => {
  const server = owned(openUnixDatagram({ path: newAbstractName() }));
  const client = owned(openUnixDatagram({ path: newAbstractName() }));
  client.connect(server.path);
  const stranger = owned(openUnixDatagram());
  expect(codeOf(() => stranger.sendTo(client.path, bytes("x")))).toBe("NO_PERMISSION");
  client.send(bytes("hello"));
  expect(server.receiveFrom()).toMatchObject({ from: client.path });
});

test("a full datagram receiver makes its sender wait, and nothing is lost", () => {
  const server = owned(openUnixDatagram({ path: newAbstractName() }));
  const client = owned(openUnixDatagram());
  const most = readSocketLimit(SOCKET_LIMITS.unixDatagrams) as number;
  let sent = 0;
  while (client.sendTo(server.path, bytes(`${sent}`), { withinMs: 0 }).kind === "sent") sent++;
  expect(sent).toBe(most + 1);
  expect(client.sendTo(server.path, bytes("x"), { withinMs: 5 })).toEqual({ kind: "timed-out" });
  expect(Array.from({ length: sent }, () => said(server.receive()))).toEqual(
    Array.from({ length: sent }, (_, i) => `${i}`),
  );
});

test("nobody at a path: NO_SUCH_FILE without the path, CONNECTION_REFUSED with it, BAD_ADDRESS of another type", () => {
  const dir = folder();
  expect(codeOf(() => connectUnix(`${dir}/none`))).toBe("NO_SUCH_FILE");
  writeFileSync(`${dir}/file`, "");
  expect(codeOf(() => connectUnix(`${dir}/file`))).toBe("CONNECTION_REFUSED");
  expect(codeOf(() => connectUnix(`${dir}/file/x`))).toBe("NO_SUCH_FILE");
  expect(codeOf(() => connectUnix(newAbstractName()))).toBe("CONNECTION_REFUSED");
  const listener = owned(listenUnix(`${dir}/stream`));
  expect(codeOf(() => connectUnix(listener.path, { type: "seqpacket" }))).toBe("BAD_ADDRESS");
  expect(codeOf(() => openUnixDatagram().send(bytes("x")))).toBe("BAD_ARGUMENT");
});

test("107 bytes of path are bound, 108 are refused before the kernel or Node can cut them", () => {
  const dir = folder();
  const path = (length: number) =>
    `${dir}/${"é".repeat(200)}`.slice(0, dir.length + 1) + "x".repeat(length - dir.length - 1);
  const listener = owned(listenUnix(path(UNIX_PATH_BYTES)));
  expect(listener.path).toHaveLength(107);
  expect(existsSync(listener.path)).toBe(true);
  for (const refused of [path(108), `${dir}/${"é".repeat(50)}${"x".repeat(20)}`, "", "a\0b"]) {
    expect(codeOf(() => listenUnix(refused))).toBe("BAD_ADDRESS");
    expect(codeOf(() => connectUnix(refused))).toBe("BAD_ADDRESS");
    expect(codeOf(() => openUnixDatagram().sendTo(refused, bytes("x")))).toBe("BAD_ADDRESS");
  }
  const abstract = (length: number) => newAbstractName().padEnd(length + 1, "x");
  owned(listenUnix(abstract(ABSTRACT_NAME_BYTES)));
  expect(codeOf(() => listenUnix(abstract(ABSTRACT_NAME_BYTES + 1)))).toBe("BAD_ADDRESS");
});

test("an abstract name is no file, goes with its socket, and is taken once", () => {
  const name = newAbstractName();
  expect(isAbstract(name)).toBe(true);
  const listener = listenUnix(name);
  expect(codeOf(() => listenUnix(name))).toBe("ADDRESS_IN_USE");
  listener.close();
  owned(listenUnix(name));
});

test("mode is the mode of the path, whatever the umask", () => {
  const dir = folder();
  const listener = owned(listenUnix(`${dir}/s`, { mode: 0o666 }));
  expect(statSync(listener.path).mode & 0o777).toBe(0o666);
  expect(statSync(owned(openUnixDatagram({ path: `${dir}/d`, mode: 0o600 })).path).mode & 0o777).toBe(0o600);
});

test.skipIf(process.getuid?.() === 0)("a path that this user may not write is NO_PERMISSION", () => {
  const listener = owned(listenUnix(`${folder()}/s`));
  chmodSync(listener.path, 0o400);
  expect(codeOf(() => connectUnix(listener.path))).toBe("NO_PERMISSION");
});

test("closing a listener or a bound socket removes its path, unless it is somebody else's by now", () => {
  const path = `${folder()}/s`;
  const first = listenUnix(path);
  first.close();
  expect(existsSync(path)).toBe(false);
  const second = openUnixDatagram({ path });
  second.close();
  second.close();
  expect(existsSync(path)).toBe(false);
  expect(codeOf(() => second.send(bytes("x")))).toBe("ALREADY_CLOSED");
});

test("what was received is the caller's own: the next message does not write over it", () => {
  const [a, b] = pair("datagram");
  a.send(bytes("first"));
  const first = b.receive();
  a.send(bytes("SECOND"));
  b.receive();
  expect(said(first)).toBe("first");
});

test("Node's net talks to a stream listener, and Python to a seqpacket one", async () => {
  const path = `${folder()}/s`;
  const listener = owned(listenUnix(path));
  const client = createConnection(path);
  client.end("from net");
  const server = listener.accept({ withinMs: 5_000 }) as UnixSocket;
  client.on("error", () => {});
  await new Promise((resolve) => client.once("finish", resolve));
  expect(said(owned(server).receive())).toBe("from net");
  const link = `${path}-link`;
  symlinkSync(path, link);
  owned(connectUnix(link));
  const name = newAbstractName();
  const packets = owned(listenUnix(name, { type: "seqpacket" }));
  const python = child(
    "python3",
    `import socket,sys;s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET);s.connect("\\0"+sys.argv[1]);s.send(b"a");s.send(b"bc");print(s.recv(9).decode())`,
    [name.slice(1)],
  );
  const peer = owned(packets.accept({ withinMs: 10_000 }) as UnixSocket);
  expect([said(peer.receive()), said(peer.receive())]).toEqual(["a", "bc"]);
  peer.send(bytes("to python"));
  expect(await python.ended).toBe("to python");
});
