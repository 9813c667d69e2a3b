import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkCounters, udpSockets } from "@ipc-playground/libc";
import { openUdp, UDP_IPV4_BYTES, type UdpSocket } from "@ipc-playground/sockets";
import { expect, onTestFinished, test } from "vitest";
import { child, codeOf, owned, said } from "./unix-suite.ts";

const bytes = (text: string) => Buffer.from(text);
const udp = (options?: Parameters<typeof openUdp>[0]) => owned(openUdp(options));

/** Bound once and closed: nobody has it, and the kernel does not give it out again soon. */
function closedPort() {
  const socket = openUdp();
  const { address } = socket;
  socket.close();
  return address;
}

test("one send is one receive, and says who sent it", () => {
  const [a, b] = [udp(), udp()];
  a.send(bytes("one"), { to: b.address });
  a.send(new Uint8Array(0), { to: b.address });
  expect(b.receive()).toEqual({
    kind: "message",
    bytes: new Uint8Array(bytes("one")),
    sentBytes: 3,
    truncated: false,
    from: a.address,
  });
  expect(b.receive()).toMatchObject({ sentBytes: 0, truncated: false });
  expect(b.receive({ withinMs: 0 })).toEqual({ kind: "would-block" });
  expect(b.receive({ withinMs: 5 })).toEqual({ kind: "timed-out" });
});

test("port 0 becomes a port; taken twice it is ADDRESS_IN_USE, unless both share it", () => {
  const a = udp();
  expect(a.address.port).toBeGreaterThan(0);
  expect(codeOf(() => openUdp(a.address))).toBe("ADDRESS_IN_USE");
  const shared = udp({ shared: true });
  udp({ ...shared.address, shared: true });
});

test("what does not fit is lost, and told", () => {
  const [a, b] = [udp(), udp()];
  a.send(bytes("0123456789"), { to: b.address });
  a.send(bytes("0123456789"), { to: b.address });
  expect(b.receive({ roomBytes: 4 })).toMatchObject({
    truncated: true,
    sentBytes: 10,
    bytes: new Uint8Array(bytes("0123")),
  });
  expect(b.receiveInto(new Uint8Array(4))).toBe(10);
});

test("65,507 bytes go through in one datagram, 65,508 are refused: MESSAGE_TOO_LONG", () => {
  const [a, b] = [udp(), udp()];
  a.send(new Uint8Array(UDP_IPV4_BYTES), { to: b.address });
  expect(b.receive({ withinMs: 5_000 })).toMatchObject({ sentBytes: 65_507, truncated: false });
  expect(codeOf(() => a.send(new Uint8Array(UDP_IPV4_BYTES + 1), { to: b.address }))).toBe(
    "MESSAGE_TOO_LONG",
  );
});

test("a connected socket is told that nobody is there, once; an unconnected one never", () => {
  const nobody = closedPort();
  const a = udp();
  a.connect(nobody);
  expect(a.send(bytes("x"))).toEqual({ kind: "sent" });
  expect(a.receive({ withinMs: 5_000 })).toEqual({ kind: "refused" });
  expect(a.receive({ withinMs: 0 })).toEqual({ kind: "would-block" });
  a.send(bytes("x"));
  expect(a.send(bytes("y"))).toEqual({ kind: "refused" });
  a.send(bytes("x"));
  expect(a.receiveInto(new Uint8Array(1))).toEqual({ kind: "refused" });
  const b = udp();
  b.send(bytes("x"), { to: nobody });
  expect(b.receive({ withinMs: 20 })).toEqual({ kind: "timed-out" });
});

test("a connected socket hears its peer only", () => {
  const [a, b, stranger] = [udp(), udp(), udp()];
  b.connect(a.address);
  stranger.send(bytes("stranger"), { to: b.address });
  a.send(bytes("peer"), { to: b.address });
  expect(said(b.receive({ withinMs: 5_000 }) as { kind: string })).toBe("peer");
});

test("a full receiver loses what comes, and the kernel counts it; what was kept is in order", () => {
  const [a, b] = [udp(), udp()];
  b.set("SO_RCVBUF", 4_096);
  const before = networkCounters().get("Udp.RcvbufErrors") as number;
  for (let i = 0; i < 100; i++) a.send(bytes(`${i}`.padEnd(512)), { to: b.address });
  const got = drain(b);
  const drops = udpSockets(b.address.port)[0]?.drops;
  expect(got.length + (drops ?? 0)).toBe(100);
  expect(got.length).toBeLessThan(100);
  expect(got).toEqual(Array.from(got, (_, i) => `${i}`));
  expect((networkCounters().get("Udp.RcvbufErrors") as number) - before).toBeGreaterThanOrEqual(
    drops as number,
  );
});

function drain(socket: UdpSocket): string[] {
  const got: string[] = [];
  for (
    let one = socket.receive({ withinMs: 0 });
    one.kind === "message";
    one = socket.receive({ withinMs: 0 })
  ) {
    got.push(Buffer.from(one.bytes).toString().trim());
  }
  return got;
}

test("a broadcast without asking for it is NO_PERMISSION", () => {
  const a = udp({ address: "0.0.0.0" });
  expect(codeOf(() => a.send(bytes("x"), { to: { address: "255.255.255.255", port: 9 } }))).toBe(
    "NO_PERMISSION",
  );
});

test("every member of a group on loopback gets a copy, and who did not join gets none", () => {
  const group = "239.255.7.13";
  const first = udp({ address: "0.0.0.0", shared: true });
  const { port } = first.address;
  const second = udp({ address: "0.0.0.0", port, shared: true });
  const sender = udp();
  for (const one of [first, second]) one.joinGroup(group, "127.0.0.1");
  sender.sendGroupsThrough("127.0.0.1");
  sender.send(bytes("to all"), { to: { address: group, port } });
  for (const one of [first, second]) expect(one.receive({ withinMs: 5_000 })).toMatchObject({ sentBytes: 6 });
});

test.each([
  ["a name", { address: "localhost", port: 1 }],
  ["no address", { address: "", port: 1 }],
  ["five numbers", { address: "1.2.3.4.5", port: 1 }],
  ["a number over 255", { address: "1.2.3.256", port: 1 }],
  ["an address with a zone", { address: "fe80::1%lo", port: 1 }],
  ["a port over 65535", { address: "127.0.0.1", port: 65_536 }],
  ["a negative port", { address: "127.0.0.1", port: -1 }],
  ["half a port", { address: "127.0.0.1", port: 0.5 }],
  ["another family", { address: "::1", port: 1 }],
])("BAD_ADDRESS to send to: %s", (_, to) => {
  expect(codeOf(() => udp().send(bytes("x"), { to }))).toBe("BAD_ADDRESS");
});

test("an address that this machine does not have, or no group: BAD_ADDRESS", () => {
  expect(codeOf(() => openUdp({ address: "203.0.113.9" }))).toBe("BAD_ADDRESS");
  expect(codeOf(() => udp().joinGroup("127.0.0.1", "127.0.0.1"))).toBe("BAD_ADDRESS");
  expect(codeOf(() => udp().joinGroup("239.1.1.1", "eth0"))).toBe("BAD_ADDRESS");
});

test("Node's dgram and Python are peers", async () => {
  const a = udp();
  const socket = createSocket("udp4");
  onTestFinished(() => {
    socket.close();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const came = once(socket, "message");
  a.send(bytes("to dgram"), { to: socket.address() });
  expect(`${(await came)[0]}`).toBe("to dgram");
  const python = child(
    "python3",
    `import socket,sys;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.sendto(b"question",("127.0.0.1",int(sys.argv[1])));print(s.recv(99).decode())`,
    [`${a.address.port}`],
  );
  const got = a.receive({ withinMs: 10_000 });
  if (got.kind !== "message") throw new Error(got.kind);
  a.send(bytes("answer"), { to: got.from });
  expect(await python.ended).toBe("answer");
});

test("IPv6 works as IPv4 does", ({ skip }) => {
  let a: UdpSocket;
  try {
    a = udp({ address: "::1" });
  } catch {
    return skip("this machine has no IPv6");
  }
  const b = udp({ address: "::1" });
  a.send(bytes("x"), { to: b.address });
  expect(b.receive({ withinMs: 5_000 })).toMatchObject({ from: a.address });
});
