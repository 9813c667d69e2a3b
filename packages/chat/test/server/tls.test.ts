import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { serveChat } from "../../src/server/serve-chat.ts";
import { FrameClient, LineClient, Peer, until } from "./clients.ts";
import { expectEndings, keepSendBuffersSmall, serving, stopTheClock } from "./serving.ts";

// Made once, by: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500
//   -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
//   -keyout localhost.key.pem -out localhost.cert.pem
const [cert, key] = ["cert", "key"].map((what) =>
  readFileSync(join(import.meta.dirname, `../fixtures/localhost.${what}.pem`), "utf8"),
) as [string, string];
const tls = { cert, key };

test("over TLS both doors are as they are without, and the certificate is the server's", async () => {
  const server = await serving({ tls });
  const ana = await LineClient.enter(server, "ana", { ca: cert });
  const ben = await FrameClient.enter(server, "ben", {}, { ca: cert });
  ana.say("hello");
  expect(await ben.message("message")).toMatchObject({ from: "ana", text: "hello" });
  ben.send({ type: "say", id: "1", room: "lobby", text: "x".repeat(8_000) });
  expect(await ben.message("ack")).toMatchObject({ seq: 2 });
  await ana.line(`<ben> ${"x".repeat(8_000)}`);
  ana.say("/quit");
  await ana.isClosed();
  expect(ana.failure).toBeUndefined();
  await ben.message("left");
});

test("a client that trusts another certificate does not come in, and the server goes on", async () => {
  const server = await serving({ tls });
  const stranger = new LineClient(server, { ca: "" }).say("ana");
  await stranger.isClosed();
  expect(stranger.failure?.code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  await LineClient.enter(server, "ben", { ca: cert });
  expect(server.people()).toMatchObject([{ nick: "ben" }]);
});

test("who does not speak TLS, or breaks off in its handshake, ends alone", async () => {
  const server = await serving({ tls });
  const plain = new Peer(server).write("ana\nhello\n");
  await plain.isClosed();
  const hello = Buffer.from("16030100c8010000c4", "hex");
  new Peer(server).write(hello).socket.end();
  const reset = new Peer(server).write(hello);
  await until(() => server.counters.connections === 3);
  reset.socket.resetAndDestroy();
  await until(() => server.sessionCount === 0);
  await LineClient.enter(server, "ben", { ca: cert });
});

test("half a handshake is no hello: it is cut like any other silence", async () => {
  stopTheClock();
  const server = await serving({ tls });
  const half = new Peer(server).write(Buffer.from("1603", "hex"));
  await until(() => server.sessionCount === 1);
  await vi.advanceTimersByTimeAsync(10_000);
  // There is nobody to tell: the last words would have to be encrypted.
  await vi.advanceTimersByTimeAsync(2_000);
  await half.isClosed();
  await expectEndings(server, { late: 1 });
});

test("when the server stops, what is queued inside TLS flows out too", async () => {
  const server = await serving({ tls, limits: { hardQueueBytes: 1e8, softQueueBytes: 1e8 } });
  keepSendBuffersSmall(server);
  const ana = await LineClient.enter(server, "ana", { ca: cert });
  const ben = await LineClient.enter(server, "ben", { ca: cert });
  ben.socket.pause();
  ana.say(...Array.from({ length: 300 }, (_, i) => `${i} ${"x".repeat(1_000)}`));
  await until(() => server.counters.messagesIn === 300);
  const drained = server.drain({ backInMs: 5_000 });
  ben.socket.resume();
  expect(await drained).toEqual({ ended: 2, cut: 0 });
  await ben.isClosed();
  expect(ben.lines.filter((line) => line.startsWith("<ana>"))).toHaveLength(300);
  expect(ben.lines.at(-1)).toBe("* The server stops. Come back in 5 s.");
});

test.each([
  ["a key of another certificate", { cert, key: otherKey() }],
  ["a certificate that is none", { cert: "nonsense", key }],
  ["a key that is none", { cert, key: "" }],
])("%s is BAD_ARGUMENT, before anything listens", async (_what, pair) => {
  await expect(serveChat({ tls: pair })).rejects.toMatchObject({
    code: "BAD_ARGUMENT",
    fact: expect.stringContaining("the certificate and the key cannot be used"),
  });
});

function otherKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}
