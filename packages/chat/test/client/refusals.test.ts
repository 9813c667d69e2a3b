import { expect, test } from "vitest";
import { NoFrame } from "../../src/client/no-frame.ts";
import { refusalOf } from "../../src/client/refused.ts";
import { FakeServer, refusal, until, welcome } from "./fake-server.ts";
import { telling } from "./telling.ts";

const HERE = { host: "127.0.0.1", port: 8_080 };

test.each(["BAD_PASSWORD", "BAD_VERSION", "NICK_TAKEN", "BAD_NICK", "BAD_MESSAGE", "FRAME_TOO_LONG"])(
  "%s as the answer to the first hello is final: no other try",
  async (code) => {
    const server = await FakeServer.start();
    const { chat, told } = telling(server.address);
    const said = chat.say("lobby", "hi");
    const { connection } = await server.greeted();
    connection.says(refusal(code));
    const why = { code: "CHAT_REFUSED", fact: `the fact of ${code} (${code})`, nextStep: "what to do" };
    await expect(chat.whenOnline()).rejects.toMatchObject(why);
    await expect(said).rejects.toMatchObject(why);
    expect(told).toEqual(["greeting", "closed", `closed: the fact of ${code} (${code}); what to do`]);
    await until(() => connection.isClosed);
    expect(server.connections).toHaveLength(1);
    const error = await chat.whenOnline().catch((error) => error);
    expect(refusalOf(error)?.code).toBe(code);
  },
);

test.each(["TOO_LATE", "SERVER_FULL", "ADDRESS_LIMIT"])("%s is over by itself: another try", async (code) => {
  const server = await FakeServer.start();
  const { told } = telling(server.address);
  const { connection } = await server.greeted();
  connection.says(refusal(code, { final: true }));
  const { connection: second } = await server.greeted();
  second.says(welcome());
  await until(() => told.includes("welcome ana"));
  expect(told).toContain(`waiting: the fact of ${code} (${code}); what to do [CHAT_REFUSED]`);
});

test.each([
  ["IDLE", "waiting"],
  ["TOO_SLOW", "waiting"],
  ["BAD_FRAME", "closed"],
])("%s as the last word of a server that welcomed it: %s", async (code, state) => {
  const server = await FakeServer.start();
  const { chat, told } = telling({ ...server.address, baseMs: 3_600_000, random: () => 0.5 });
  const { connection } = await server.greeted();
  connection.says(welcome());
  await chat.whenOnline();
  connection.says(refusal(code, { final: true }));
  await until(() => chat.state === state);
  expect(told.at(-1)).toContain(`the fact of ${code}`);
});

test("whoever is sent off the server stays away", async () => {
  const server = await FakeServer.start();
  const { chat, told } = telling(server.address);
  const { connection } = await server.greeted();
  connection.says(welcome(), { type: "kicked", by: "operator", reason: "noise" });
  connection.socket.end();
  await until(() => chat.state === "closed");
  expect(told.slice(-3)).toEqual([
    "kicked off by operator",
    "closed",
    "closed: operator sent you off the server: noise; ask whoever runs the server",
  ]);
});

test("a nickname that was one's own is tried for some times, then it is over", async () => {
  const server = await FakeServer.start();
  const { chat, told } = telling(server.address);
  const refuses = async (times: number) => {
    for (let tries = 0; tries < times; tries++) {
      expect(chat.state).not.toBe("closed");
      (await server.greeted()).connection.says(refusal("NICK_TAKEN"));
    }
  };
  const welcomesAndCuts = async () => {
    const { connection } = await server.greeted();
    connection.says(welcome({ recovered: true }));
    await chat.whenOnline();
    connection.reset();
  };
  await welcomesAndCuts();
  await refuses(5);
  // A welcome, and the count begins anew.
  await welcomesAndCuts();
  await refuses(6);
  await until(() => chat.state === "closed");
  expect(told.at(-1)).toContain("NICK_TAKEN");
  expect(server.connections).toHaveLength(13);
});

test("a hello that was cut before its answer may have been accepted: its nickname is tried for again", async () => {
  const server = await FakeServer.start();
  const { told } = telling(server.address);
  (await server.greeted()).connection.reset();
  (await server.greeted()).connection.says(refusal("NICK_TAKEN"));
  (await server.greeted()).connection.says(welcome());
  await until(() => told.includes("welcome ana"));
});

test("a server that turns everybody away says why in a line, before it knows who comes", async () => {
  const server = await FakeServer.start();
  const { told } = telling(server.address);
  (await server.next()).socket.end("! SERVER_FULL: it has 9 connections; try again later\n");
  (await server.next()).socket.end(
    "! ADDRESS_LIMIT: 16 connections come from your address already; close one first\n",
  );
  (await server.greeted()).connection.says(welcome());
  await until(() => told.includes("welcome ana"));
  expect(told.filter((line) => line.startsWith("waiting: "))).toEqual([
    "waiting: it has 9 connections (SERVER_FULL); try again later [CHAT_REFUSED]",
    "waiting: 16 connections come from your address already (ADDRESS_LIMIT); close one first [CHAT_REFUSED]",
  ]);
});

test("that line is understood wherever it is cut, and without its end", () => {
  const bytes = Buffer.from("! SERVER_FULL: it has 9 connections; try again later\r\n");
  for (let at = 1; at < bytes.length; at++) {
    const line = new NoFrame(HERE);
    expect(line.push(bytes.subarray(0, at))).toBeUndefined();
    expect(line.push(bytes.subarray(at))?.message).toBe(
      "it has 9 connections (SERVER_FULL); try again later",
    );
  }
  const cut = new NoFrame(HERE);
  cut.push(bytes.subarray(0, -2));
  expect(cut.end()).toMatchObject({ code: "CHAT_REFUSED", nextStep: "try again later" });
});

test("another protocol is recognised, and what it says is harmless and short", () => {
  const http = new NoFrame(HERE).push(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect(http).toMatchObject({
    code: "BAD_FRAME",
    fact: '127.0.0.1:8080 is no chat server: it says "HTTP/1.1 400 Bad Request"',
  });
  const bell = new NoFrame(HERE).push(Buffer.from(`\x1b]52;c;${"x".repeat(2_000)}`));
  expect(bell?.fact).toContain(`"␛]52;c;${"x".repeat(33)}"`);
  const endless = new NoFrame(HERE).push(Buffer.from(`! SERVER_FULL: ${"x".repeat(60_000)}; later\n`));
  expect(endless?.message.length).toBeLessThan(200);
  const tls = new NoFrame(HERE).push(Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, 70]));
  expect(tls?.message).toBe("127.0.0.1:8080 speaks TLS; connect with the option `tls`");
});

test("a stranger's words in an error are harmless in a terminal", async () => {
  const server = await FakeServer.start();
  const { chat } = telling(server.address);
  (await server.greeted()).connection.says(refusal("BAD_NICK", { fact: "\x1b[2Jempty" }));
  await expect(chat.whenOnline()).rejects.toMatchObject({ fact: "␛[2Jempty (BAD_NICK)" });
});

test("tries come to an end where the caller wants one", async () => {
  const server = await FakeServer.start();
  const { address } = server;
  server.stop();
  const { chat, told } = telling({ ...address, maxTries: 2 });
  await expect(chat.whenOnline()).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  expect(told.filter((line) => line.startsWith("waiting: "))).toHaveLength(1);
  expect(chat.failures).toBe(2);
});
