import {
  openUdp,
  SendQueue,
  type UnixReceiveResult,
  unixSocketPair,
  watchMessages,
} from "@ipc-playground/sockets";
import { expect, onTestFinished, test, vi } from "vitest";
import { owned, said, WITHIN } from "./unix-suite.ts";

const bytes = (text: string) => Buffer.from(text);

function watched(type: "datagram" | "seqpacket") {
  const [a, b] = unixSocketPair(type);
  owned(a);
  owned(b);
  const got: string[] = [];
  const watch = watchMessages(
    b,
    () => b.receive(),
    (message: UnixReceiveResult) => void got.push(said(message)),
  );
  onTestFinished(() => watch.stop());
  return { a, b, got, watch };
}

test("messages come to a listener on the event loop, and the end is the last", async () => {
  const { a, got } = watched("seqpacket");
  a.send(bytes("one"));
  a.send(bytes("two"));
  a.close();
  await vi.waitUntil(() => got.length === 3, WITHIN);
  expect(got).toEqual(["one", "two", "end"]);
});

test("10,000 messages through a small buffer all arrive, in order, and the loop stays free", async () => {
  const { a, got } = watched("datagram");
  using queue = new SendQueue(a);
  const sends = Array.from({ length: 10_000 }, (_, i) => queue.send(bytes(`${i}`)));
  expect(queue.pending).toBeGreaterThan(0);
  await Promise.all(sends);
  await vi.waitUntil(() => got.length === 10_000, WITHIN);
  expect(got).toEqual(Array.from({ length: 10_000 }, (_, i) => `${i}`));
});

test("a socket may wait for room and for messages at once", async () => {
  const [a, b] = unixSocketPair("datagram");
  owned(a);
  owned(b);
  const got: string[] = [];
  const watch = watchMessages(
    a,
    () => a.receive(),
    (m: UnixReceiveResult) => void got.push(said(m)),
  );
  onTestFinished(() => watch.stop());
  using queue = new SendQueue(a);
  const sends: Promise<void>[] = [];
  while (queue.pending < 3) sends.push(queue.send(bytes("x")));
  b.send(bytes("while it waits"));
  await vi.waitUntil(() => got.length === 1, WITHIN);
  while (b.receive({ withinMs: 0 }).kind === "message" || queue.pending > 0) {
    await new Promise(setImmediate);
  }
  await Promise.all(sends);
});

test("closing a queue tells those who wait: ALREADY_CLOSED; a lost peer: CONNECTION_LOST", async () => {
  const [a, b] = unixSocketPair("seqpacket");
  owned(a);
  const queue = new SendQueue(a);
  const sends: Promise<unknown>[] = [];
  while (queue.pending === 0) sends.push(queue.send(bytes("x")).catch((error) => error.code));
  queue.close();
  expect((await Promise.all(sends)).at(-1)).toBe("ALREADY_CLOSED");
  b.close();
  await expect(new SendQueue(a).send(bytes("x"))).rejects.toMatchObject({ code: "CONNECTION_LOST" });
});

test("a refusal does not take a datagram's place in a queue", async () => {
  const [a, b] = [owned(openUdp()), openUdp()];
  const { address } = b;
  a.connect(address);
  b.close();
  a.send(bytes("to nobody"));
  const again = owned(openUdp(address));
  using queue = new SendQueue(a);
  await queue.send(bytes("to somebody"));
  expect(again.receive({ withinMs: 5_000 })).toMatchObject({ sentBytes: 11 });
});
