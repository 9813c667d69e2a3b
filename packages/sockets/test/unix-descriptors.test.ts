import { closeSync, openSync, readdirSync, readSync, writeFileSync } from "node:fs";
import { close, getSocketOption, pipe2, read, resourceLimit, setSoftLimit } from "@ipc-playground/libc";
import {
  DESCRIPTORS_PER_MESSAGE,
  listenUnix,
  newAbstractName,
  openUnixDatagram,
  type UnixSocket,
  unixSocketPair,
} from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { child, codeOf, folder, owned } from "./unix-suite.ts";

const bytes = (text: string) => Buffer.from(text);
const openHere = () => readdirSync("/proc/self/fd").length;

function file(text: string): number {
  const path = `${folder()}/file`;
  writeFileSync(path, text);
  const fd = openSync(path, "r");
  onTestFinished(() => {
    try {
      closeSync(fd);
    } catch {}
  });
  return fd;
}

function pair(type: "stream" | "datagram" | "seqpacket" = "stream") {
  const [a, b] = unixSocketPair(type);
  return [owned(a), owned(b)] as const;
}

function receiveAll(socket: UnixSocket) {
  const got = socket.receiveWithDescriptors({ withinMs: 5_000 });
  if (got.kind !== "message") throw new Error(got.kind);
  return owned(got);
}

test.each(["stream", "datagram", "seqpacket"] as const)(
  "%s: a descriptor arrives as one of the receiver's own, and outlives the sender's",
  (type) => {
    const [a, b] = pair(type);
    const fd = file("inside");
    a.sendDescriptors(bytes("here"), [fd]);
    closeSync(fd);
    const got = receiveAll(b);
    expect(Buffer.from(got.bytes).toString()).toBe("here");
    expect(got.descriptorsLost).toBe(false);
    const buffer = new Uint8Array(6);
    readSync(got.descriptors[0]?.fd as number, buffer);
    expect(Buffer.from(buffer).toString()).toBe("inside");
  },
);

test("both share the open file: its offset moves for both", () => {
  const [a, b] = pair();
  const fd = file("abcdef");
  a.sendDescriptors(bytes("x"), [fd]);
  const theirs = receiveAll(b).descriptors[0]?.fd as number;
  const buffer = new Uint8Array(3);
  readSync(fd, buffer);
  readSync(theirs, buffer);
  expect(Buffer.from(buffer).toString()).toBe("def");
});

test("disposing a message closes its descriptors, but not those that were released", () => {
  const [a, b] = pair();
  const fd = file("x");
  const before = openHere();
  a.sendDescriptors(bytes("x"), [fd, fd, fd]);
  const got = receiveAll(b);
  expect(openHere()).toBe(before + 3);
  const released = got.descriptors[1]?.release() as number;
  got[Symbol.dispose]();
  got[Symbol.dispose]();
  expect(openHere()).toBe(before + 1);
  expect(codeOf(() => got.descriptors[0]?.fd)).toBe("ALREADY_CLOSED");
  expect(codeOf(() => got.descriptors[1]?.release())).toBe("ALREADY_CLOSED");
  closeSync(released);
});

test("a receiver that did not ask for descriptors does not get them, and leaks none", () => {
  const [a, b] = pair("datagram");
  const before = openHere();
  const fd = file("x");
  a.sendDescriptors(bytes("x"), [fd]);
  expect(b.receive()).toMatchObject({ kind: "message" });
  closeSync(fd);
  expect(openHere()).toBe(before);
});

test("253 descriptors go in one message, and no more", () => {
  const [a, b] = pair("seqpacket");
  const fd = file("x");
  const many = (count: number) => new Array<number>(count).fill(fd);
  a.sendDescriptors(bytes("x"), many(DESCRIPTORS_PER_MESSAGE));
  expect(receiveAll(b).descriptors).toHaveLength(253);
  expect(codeOf(() => a.sendDescriptors(bytes("x"), many(254)))).toBe("BAD_ARGUMENT");
});

test("on a stream descriptors need a byte to go with; a datagram may be empty", () => {
  const [a] = pair("stream");
  expect(codeOf(() => a.sendDescriptors(new Uint8Array(0), [0]))).toBe("BAD_ARGUMENT");
  const [c, d] = pair("datagram");
  c.sendDescriptors(new Uint8Array(0), [file("x")]);
  expect(receiveAll(d).descriptors).toHaveLength(1);
});

test("a closed descriptor cannot be sent", () => {
  const [a] = pair();
  const fd = file("x");
  closeSync(fd);
  expect(codeOf(() => a.sendDescriptors(bytes("x"), [fd]))).toBe("SYSTEM_CALL_FAILED");
});

test("a receiver without room for descriptors is told that some are lost", () => {
  const [a, b] = pair();
  const fd = file("x");
  const { soft } = resourceLimit("openFiles");
  a.sendDescriptors(bytes("x"), [fd, fd, fd]);
  setSoftLimit("openFiles", 0);
  const got = receiveAll(b);
  setSoftLimit("openFiles", soft);
  expect(got.descriptorsLost).toBe(true);
  expect(got.descriptors).toHaveLength(0);
  expect(Buffer.from(got.bytes).toString()).toBe("x");
});

test("a Python process gets a pipe's end, and writes into a pipe it never opened", async () => {
  const listener = owned(listenUnix(newAbstractName()));
  const python = child(
    "python3",
    `import socket,sys,os;s=socket.socket(socket.AF_UNIX);s.connect("\\0"+sys.argv[1]);m,f,_,_=socket.recv_fds(s,9,3);os.write(f[0],b"from python");print(m.decode())`,
    [listener.path.slice(1)],
  );
  const peer = owned(listener.accept({ withinMs: 10_000 }) as UnixSocket);
  const [readEnd, writeEnd] = pipe2() as [number, number];
  peer.sendDescriptors(bytes("take it"), [writeEnd]);
  close(writeEnd);
  expect(await python.ended).toBe("take it");
  const buffer = new Uint8Array(32);
  expect(Buffer.from(buffer.subarray(0, read(readEnd, buffer))).toString()).toBe("from python");
  expect(read(readEnd, buffer)).toBe(0);
  close(readEnd);
});

test("peer credentials are those of the process that connected, or made the pair", async () => {
  const { pid } = process;
  const [a] = pair();
  expect(a.peerCredentials()).toEqual({ pid, uid: process.getuid?.(), gid: process.getgid?.() });
  const listener = owned(listenUnix(newAbstractName()));
  const node = child("node", `const c = s.connectUnix("\\0" + process.argv[1]); c.receive();`, [
    listener.path.slice(1),
  ]);
  const peer = owned(listener.accept({ withinMs: 10_000 }) as UnixSocket);
  expect(peer.peerCredentials().pid).toBe(node.started.pid);
});

test("a datagram says who sent it, if its receiver asks", () => {
  const server = owned(openUnixDatagram({ path: newAbstractName() }));
  const client = owned(openUnixDatagram());
  client.sendTo(server.path, bytes("x"));
  expect(receiveAll(server).credentials).toBeNull();
  server.askForCredentials();
  client.sendTo(server.path, bytes("x"));
  expect(receiveAll(server).credentials).toMatchObject({ pid: process.pid });
});

test("an end of a pair that was handed to a child is the child's, and keeps its type", async () => {
  const [a, b] = pair("seqpacket");
  expect(getSocketOption(a.fd, "SO_TYPE")).toBe(5);
  const node = child(
    "node",
    `const c = new s.UnixSocket(3, "seqpacket"); c.send(Buffer.from("child")); c.close();`,
    [],
    [b.fd],
  );
  const got = a.receive({ withinMs: 10_000 });
  expect(got.kind).toBe("message");
  await node.ended;
});
