import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  accept,
  bindSocket,
  close,
  connectSocket,
  descriptorTarget,
  ERRNO,
  getSocketOption,
  joinMulticastGroup,
  listen,
  listenQueue,
  MSG_DONTWAIT,
  MSG_TRUNC,
  networkCounters,
  openPacketSocket,
  peerCredentials,
  peerName,
  pipe2,
  read,
  receiveMessage,
  receivePacket,
  recv,
  recvFrom,
  type SocketAddress,
  type SocketType,
  send,
  sendDescriptors,
  sendTo,
  setLinger,
  setSocketOption,
  shutdown,
  socket,
  socketName,
  socketpair,
  tcpInfo,
  tcpSockets,
  UNIX_PATH_MAX_BYTES,
  write,
} from "@ipc-playground/libc";
import { expect, onTestFinished, test, vi } from "vitest";

function own(fd: number): number {
  expect(fd).toBeGreaterThanOrEqual(0);
  onTestFinished(() => void close(fd));
  return fd;
}

function pair(type: SocketType): [number, number] {
  const both = socketpair(type);
  if (typeof both === "number") throw new Error(`socketpair: ${both}`);
  for (const fd of both) own(fd);
  return both;
}

const LOOPBACK: SocketAddress = { family: "inet", address: "127.0.0.1", port: 0 };
const buffer = Buffer.alloc(65_536);

/** A listener, a client and the server's end of its connection. */
function connection(address: SocketAddress): { client: number; server: number; at: SocketAddress } {
  const listener = own(socket(address.family, "stream"));
  expect(bindSocket(listener, address)).toBe(0);
  expect(listen(listener, 1)).toBe(0);
  const at = socketName(listener) as SocketAddress;
  const client = own(socket(address.family, "stream"));
  expect(connectSocket(client, at)).toBe(0);
  return { client, server: own(accept(listener)), at };
}

test.each([
  LOOPBACK,
  { family: "inet6", address: "::1", port: 0 },
  { family: "unix", path: `\0test-${randomUUID()}` },
] as SocketAddress[])("a stream connects over $family, and each end knows both addresses", (address) => {
  const { client, server, at } = connection(address);
  if (at.family !== "unix" && address.family !== "unix") expect(at.address).toBe(address.address);
  expect(peerName(client)).toEqual(at);
  expect(peerName(server)).toEqual(socketName(client));
  expect(send(client, Buffer.from("hello"))).toBe(5);
  expect(recv(server, buffer)).toBe(5);
  expect(buffer.toString("latin1", 0, 5)).toBe("hello");
  expect(shutdown(client, "write")).toBe(0);
  expect(recv(server, buffer)).toBe(0);
});

test("a Unix path that is too long is refused, not cut", () => {
  const fd = own(socket("unix", "stream"));
  const path = (bytes: number) => `/tmp/${"x".repeat(bytes - 5)}`;
  expect(bindSocket(fd, { family: "unix", path: path(UNIX_PATH_MAX_BYTES + 1) })).toBe(
    -(ERRNO.EINVAL as number),
  );
  expect(connectSocket(fd, { family: "unix", path: path(UNIX_PATH_MAX_BYTES) })).toBe(
    -(ERRNO.ENOENT as number),
  );
});

test("a datagram is whole, cut to the room, and its sender known", () => {
  const receiver = own(socket("inet", "datagram"));
  bindSocket(receiver, LOOPBACK);
  const sender = own(socket("inet", "datagram"));
  bindSocket(sender, LOOPBACK);
  for (let i = 0; i < 2; i++)
    sendTo(sender, Buffer.from("a datagram"), socketName(receiver) as SocketAddress);
  expect(recvFrom(receiver, buffer)).toEqual({ bytes: 10, from: socketName(sender) });
  expect(recvFrom(receiver, Buffer.alloc(4), MSG_TRUNC)).toMatchObject({ bytes: 10 });
  expect(recvFrom(receiver, buffer, MSG_DONTWAIT)).toBe(-(ERRNO.EAGAIN as number));
});

test("descriptors and credentials travel over a Unix socket", () => {
  const [one, other] = pair("seqpacket");
  const pipe = pipe2();
  if (typeof pipe === "number") throw new Error("pipe2");
  for (const fd of pipe) own(fd);
  setSocketOption(other, "SO_PASSCRED", 1);
  expect(sendDescriptors(one, Buffer.from("take these"), pipe)).toBe(10);
  const got = receiveMessage(other, buffer);
  if (typeof got === "number") throw new Error(`recvmsg: ${got}`);
  for (const fd of got.descriptors) own(fd);
  expect(got.bytes).toBe(10);
  expect(got.credentials).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
  expect(got.descriptors.map((fd) => descriptorTarget(process.pid, fd))).toEqual(
    pipe.map((fd) => descriptorTarget(process.pid, fd)),
  );
  const [readEnd, writeEnd] = got.descriptors as [number, number];
  write(writeEnd, Buffer.from("!"));
  expect(read(readEnd, buffer)).toBe(1);
});

test("who is at the other end of a Unix socket is known", () => {
  expect(peerCredentials(pair("stream")[0])).toEqual({
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  });
});

test("options are set and read back", () => {
  const fd = own(socket("inet", "stream"));
  expect(getSocketOption(fd, "TCP_NODELAY")).toBe(0);
  expect(setSocketOption(fd, "TCP_NODELAY", 1)).toBe(0);
  expect(getSocketOption(fd, "TCP_NODELAY")).toBe(1);
  expect(setLinger(fd, 0)).toBe(0);
  expect(joinMulticastGroup(own(socket("inet", "datagram")), "239.1.2.3", "127.0.0.1")).toBe(0);
});

test("/proc/net/tcp and TCP_INFO tell of a connection", async () => {
  const { client, server, at } = connection(LOOPBACK);
  const port = (at as { port: number }).port;
  const states = () =>
    tcpSockets(port)
      .map(({ localPort, state }) => `${localPort === port ? "server" : "client"} ${state}`)
      .sort();
  expect(states()).toEqual(["client ESTABLISHED", "server ESTABLISHED", "server LISTEN"]);
  send(client, Buffer.from("unread"));
  expect(
    tcpSockets(port).find(({ localPort, state }) => localPort === port && state === "ESTABLISHED"),
  ).toMatchObject({ receiveQueue: 6, remoteAddress: "127.0.0.1" });
  recv(server, buffer);
  shutdown(client, "write");
  // The acknowledgement of the FIN may be on its way.
  await vi.waitFor(() =>
    expect(states()).toEqual(["client FIN_WAIT2", "server CLOSE_WAIT", "server LISTEN"]),
  );
  expect(tcpInfo(client)).toMatchObject({ state: 5 });
});

test("a listener's queue says who waits, and how many may: the kernel caps what was asked for", () => {
  const fd = own(socket("inet", "stream"));
  bindSocket(fd, LOOPBACK);
  listen(fd, 1 << 30);
  const most = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  expect(listenQueue(fd)).toEqual({ waiting: 0, backlog: most });
  connectSocket(own(socket("inet", "stream")), socketName(fd) as SocketAddress);
  expect(listenQueue(fd)).toEqual({ waiting: 1, backlog: most });
});

test("the kernel's counters only grow", () => {
  const before = networkCounters().get("Tcp.ActiveOpens") as number;
  connection(LOOPBACK);
  expect(networkCounters().get("Tcp.ActiveOpens")).toBeGreaterThan(before);
  expect(networkCounters().has("TcpExt.ListenOverflows")).toBe(true);
});

test("a packet socket sees a segment twice on lo, or is refused without the right", () => {
  const fd = openPacketSocket("lo");
  if (fd < 0) {
    expect(fd).toBe(-(ERRNO.EPERM as number));
    console.log("skipped: seeing packets needs CAP_NET_RAW");
    return;
  }
  own(fd);
  const receiver = own(socket("inet", "datagram"));
  bindSocket(receiver, LOOPBACK);
  const mark = Buffer.from(randomUUID());
  sendTo(receiver, mark, socketName(receiver) as SocketAddress);
  const seen: boolean[] = [];
  for (let got = receivePacket(fd, buffer); typeof got !== "number"; got = receivePacket(fd, buffer)) {
    if (buffer.subarray(0, got.bytes).includes(mark)) seen.push(got.outgoing);
  }
  expect(seen).toEqual([true, false]);
});
