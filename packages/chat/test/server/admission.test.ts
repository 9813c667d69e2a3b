import { expect, test } from "vitest";
import { Admission } from "../../src/server/admission.ts";
import { serveChat } from "../../src/server/serve-chat.ts";
import { LineClient, Peer, until } from "./clients.ts";
import { expectEndings, serving } from "./serving.ts";

const LIMITS = { connectionsPerAddress: 3, arrivalsPerAddress: 5, arrivalsMs: 600_000 };

test("so many connections from one address live at once; when one goes, another may come", () => {
  const admission = new Admission(LIMITS, []);
  for (let i = 0; i < 3; i++) expect(admission.enter("10.0.0.1", 0)).toBeUndefined();
  expect(admission.enter("10.0.0.1", 0)).toMatchObject({
    code: "ADDRESS_LIMIT",
    fact: "3 connections come from your address already",
  });
  expect(admission.enter("10.0.0.2", 0)).toBeUndefined();
  admission.leave("10.0.0.1");
  expect(admission.enter("10.0.0.1", 0)).toBeUndefined();
});

test("so many come from one address in a while, however short they stay; the oldest are forgotten one by one", () => {
  const admission = new Admission(LIMITS, []);
  const visit = (now: number) => {
    const why = admission.enter("10.0.0.1", now);
    if (why === undefined) admission.leave("10.0.0.1");
    return why?.fact;
  };
  for (let i = 0; i < 5; i++) expect(visit(i * 1_000)).toBeUndefined();
  expect(visit(5_000)).toBe("5 connections came from your address within 10 minutes");
  // To try again does not count: who is patient gets in.
  expect(visit(600_000)).toBeDefined();
  expect(visit(600_001)).toBeUndefined();
  expect(visit(600_002)).toBeDefined();
});

test.each([
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff:0:0:9", true],
  ["2001:db8:1:2::1", "2001:0DB8:0001:0002::1", true],
  ["2001:db8::1", "2001:db8:0:0:8::1", true],
  ["2001:db8::1", "2001:db8:0:1::1", false],
  ["fe80::1%eth0", "fe80::2", true],
  ["::2", "::3", true],
  ["10.0.0.1", "::ffff:10.0.0.1", true],
  ["::ffff:10.0.0.1", "::ffff:10.0.0.2", false],
])("%s and %s are one address: %s", (one, other, same) => {
  const admission = new Admission({ ...LIMITS, connectionsPerAddress: 1 }, []);
  expect(admission.enter(one, 0)).toBeUndefined();
  expect(admission.enter(other, 0) !== undefined).toBe(same);
  if (!same) return;
  // And they leave as what they came as.
  admission.leave(one);
  expect(admission.enter(other, 0)).toBeUndefined();
});

test("loopback is exempt by default, mapped into IPv6 too; other networks if one says so", () => {
  const admission = new Admission({ ...LIMITS, connectionsPerAddress: 1 });
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    for (let i = 0; i < 9; i++) expect(admission.enter(address, 0)).toBeUndefined();
  const other = new Admission({ ...LIMITS, connectionsPerAddress: 1 }, [
    "10.0.0.0/8",
    "192.168.1.7",
    "2001:db8::/32",
  ]);
  for (const address of ["10.9.9.9", "192.168.1.7", "2001:db8:7::1"])
    for (let i = 0; i < 9; i++) expect(other.enter(address, 0)).toBeUndefined();
  other.enter("127.0.0.1", 0);
  expect(other.enter("127.0.0.1", 0)).toBeDefined();
});

test("when addresses that nobody came from lately are forgotten, one that is here is not", () => {
  const admission = new Admission({ ...LIMITS, connectionsPerAddress: 1 }, []);
  admission.enter("10.0.0.1", 0);
  for (let i = 0; i < 2_000; i++) {
    const address = `11.0.${i >> 8}.${i & 255}`;
    admission.enter(address, 700_000);
    admission.leave(address);
  }
  expect(admission.enter("10.0.0.1", 700_000)).toBeDefined();
});

test.each(["nonsense", "10.0.0.1/99", "10.0.0.0/x", ""])(
  "%j cannot be exempt: BAD_ARGUMENT",
  async (entry) => {
    await expect(serveChat({ exempt: [entry] })).rejects.toMatchObject({ code: "BAD_ARGUMENT" });
  },
);

test("who comes from a crowded address is told in a line, and the others do not notice", async () => {
  const server = await serving({ exempt: [], limits: { connectionsPerAddress: 2 } });
  const ana = await LineClient.enter(server, "ana");
  const ben = await LineClient.enter(server, "ben");
  const third = new Peer(server);
  await third.isClosed();
  expect(third.text).toBe("! ADDRESS_LIMIT: 2 connections come from your address already; close one first\n");
  expect(server.counters.connections).toBe(2);
  await expectEndings(server, { refused: 1 });
  ben.say("/quit");
  await ben.isClosed();
  await until(() => server.sessionCount === 1);
  await LineClient.enter(server, "cat");
  ana.say("still here");
  await ana.line("* cat joined lobby (2 people).");
});

test("too many arrivals are refused as well", async () => {
  const server = await serving({ exempt: [], limits: { arrivalsPerAddress: 2 } });
  for (const nick of ["ana", "ben"]) (await LineClient.enter(server, nick)).say("/quit");
  await until(() => server.sessionCount === 0);
  const third = new Peer(server);
  await third.isClosed();
  expect(third.text).toContain("! ADDRESS_LIMIT: 2 connections came from your address within 10 minutes");
});

test("a server that is full says so in a line, and counts it", async () => {
  const server = await serving({ limits: { connections: 1 } });
  const ana = await LineClient.enter(server, "ana");
  const ben = new Peer(server);
  await ben.isClosed();
  expect(ben.text).toBe("! SERVER_FULL: the server has 1 connections, and takes no more; try again later\n");
  await expectEndings(server, { refused: 1 });
  ana.say("/quit");
  await until(() => server.sessionCount === 0);
  await LineClient.enter(server, "ben");
});
