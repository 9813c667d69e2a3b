import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { json, lengthPrefixed, lines } from "@ipc-playground/framing";
import { type Framed, framed } from "@ipc-playground/framing/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { byteByByte, hex, joined, text } from "./bytes.ts";

const codec = lengthPrefixed({ bytes: 4, max: 100_000 });

/** Two sockets that are connected, over TCP or over a path. */
async function socketPair(kind: "tcp" | "unix"): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  const folder = mkdtempSync(join(tmpdir(), "framing-"));
  const path = join(folder, "s");
  await once(server.listen(kind === "tcp" ? { port: 0, host: "127.0.0.1" } : { path }), "listening");
  const where =
    kind === "tcp" ? { port: (server.address() as AddressInfo).port, host: "127.0.0.1" } : { path };
  const near = connect({ ...where, allowHalfOpen: true });
  const [[far]] = await Promise.all([once(server, "connection") as Promise<[Socket]>, once(near, "connect")]);
  // Ends when both sockets have: no test may leave one open.
  server.close();
  onTestFinished(() => {
    for (const socket of [near, far]) socket.destroy();
    rmSync(folder, { recursive: true });
  });
  return { near, far };
}

/** A stream of bytes in the test's hands: what it is given to read, and what was written to it. */
function inHand(options: { room?: number } = {}) {
  const written: Uint8Array[] = [];
  const release: (() => void)[] = [];
  let wanted = 0;
  const stream = new Duplex({
    highWaterMark: options.room ?? 65_536,
    read: () => void wanted++,
    write(chunk: Uint8Array, _encoding, done) {
      written.push(chunk);
      if (options.room === undefined) done();
      else release.push(done);
    },
  });
  return { stream, written, release, wanted: () => wanted };
}

async function read<T>(stream: Duplex): Promise<{ found: T[]; error?: { code: string } }> {
  const found: T[] = [];
  try {
    // A plain loop over a Node stream destroys it at its end, the writing side too.
    for await (const one of stream.iterator({ destroyOnReturn: false })) found.push(one as T);
    return { found };
  } catch (error) {
    return { found, error: error as { code: string } };
  }
}

async function closed(...sockets: Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.closed || once(socket, "close")));
}

describe.each(["tcp", "unix"] as const)("over %s", (kind) => {
  test("messages go both ways, and each side may end first", async () => {
    const { near, far } = await socketPair(kind);
    const [client, server] = [framed(near, json(lines())), framed(far, json(lines()))];
    for (let i = 0; i < 100; i++) client.write({ question: i });
    client.end();
    // Half-close: the server still answers after the client's end.
    const questions = await read<{ question: number }>(server);
    expect(questions.found.map(({ question }) => question)).toEqual([...Array(100).keys()]);
    for (const { question } of questions.found) server.write({ answer: -question });
    server.end();
    const answers = await read<{ answer: number }>(client);
    expect(answers.found.at(-1)).toEqual({ answer: -99 });
    await closed(near, far);
  });

  test("a reader that stops stops the writer, and nothing is lost when it goes on", async () => {
    const { near, far } = await socketPair(kind);
    const [client, server] = [framed(near, codec), framed(far, codec)];
    const message = new Uint8Array(10_000);
    let sent = 0;
    const send = () => {
      while (client.write(message)) sent++;
      sent++;
    };
    client.on("drain", send);
    send();
    // Nobody reads the server's messages: the kernel's buffers fill, and then the writer waits.
    await expect
      .poll(() => near.writableNeedDrain && client.writableNeedDrain, { timeout: 5_000 })
      .toBe(true);
    await settled(() => sent);
    expect(server.readableLength).toBeLessThanOrEqual(server.readableHighWaterMark);
    expect(client.writableLength).toBeLessThanOrEqual(client.writableHighWaterMark);
    expect(near.writableLength).toBeLessThan(near.writableHighWaterMark + 20 * message.length);
    client.off("drain", send);
    const all = sent;
    client.end();
    const { found } = await read<Uint8Array>(server);
    expect(found.length).toBe(all);
    expect(found.every((frame) => frame.length === message.length)).toBe(true);
    client.resume();
    server.end();
    await closed(near, far);
  });

  test("a peer that is gone in the middle of a frame is an error, after the frames before it", async () => {
    const { near, far } = await socketPair(kind);
    const server = framed(far, codec);
    near.end(hex("00 00 00 01 'a' 00 00 00 05 'b'"));
    const { found, error } = await read<Uint8Array>(server);
    expect([found.map(text), error?.code]).toEqual([["a"], "FRAME_CUT"]);
    await expect.poll(() => far.destroyed).toBe(true);
  });

  test("destroying it destroys the socket, and the peer sees an end", async () => {
    const { near, far } = await socketPair(kind);
    framed(near, codec).destroy();
    expect(near.destroyed).toBe(true);
    const peer = framed(far, codec);
    expect(await read(peer)).toEqual({ found: [] });
    peer.end();
    await closed(far);
  });
});

test("a peer that resets the connection is its error", async () => {
  const { near, far } = await socketPair("tcp");
  const server = framed(far, codec);
  near.write(hex("00 00 00 05 'b'"));
  await once(far, "data");
  near.resetAndDestroy();
  const { error } = await read(server);
  expect(error?.code).toBe("ECONNRESET");
});

/** Resolves when a number has not changed over some turns of the event loop. */
async function settled(number: () => number): Promise<void> {
  for (let same = 0, last = -1; same < 20; ) {
    await new Promise(setImmediate);
    same = number() === last ? same + 1 : 0;
    last = number();
  }
}

test("bytes one by one come out as messages", async () => {
  const { stream } = inHand();
  const messages = framed(stream, codec);
  for (const byte of byteByByte(joined(["one", "two"].flatMap((m) => codec.encode(hex(`'${m}'`))))))
    stream.push(byte);
  stream.push(null);
  expect((await read<Uint8Array>(messages)).found.map(text)).toEqual(["one", "two"]);
});

test("without a reader, at most one high-water mark of frames is made of a chunk of thousands", async () => {
  const { stream, wanted } = inHand();
  const messages = framed(stream, lengthPrefixed({ bytes: 1 }));
  const chunk = joined(Array.from({ length: 10_000 }, () => hex("01 'a'")));
  stream.push(chunk);
  await settled(() => messages.readableLength);
  expect(messages.readableLength).toBe(messages.readableHighWaterMark);
  expect(stream.isPaused()).toBe(true);
  const asked = wanted();
  for (let i = 0; i < 100; i++) messages.read();
  await settled(wanted);
  // The rest of the chunk serves; the stream below is not asked for more.
  expect([stream.isPaused(), wanted()]).toEqual([true, asked]);
  stream.push(null);
  expect((await read(messages)).found.length).toBe(9_900);
});

test("frames before a damaged one are read, however slowly, and then comes the error", async () => {
  const { stream } = inHand();
  const messages = framed(stream, lengthPrefixed({ bytes: 1, max: 5 }));
  stream.push(joined([...Array.from({ length: 100 }, () => hex("01 'a'")), hex("ff")]));
  const found: unknown[] = [];
  const reading = (async () => {
    for await (const frame of messages) {
      found.push(frame);
      await new Promise(setImmediate);
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: "FRAME_TOO_LONG" });
  expect(found.length).toBe(100);
  expect(stream.destroyed).toBe(true);
});

test("a damaged frame is an error even if nobody ever reads", async () => {
  const { stream } = inHand();
  const messages = framed(stream, lengthPrefixed({ bytes: 1, max: 5 }));
  stream.push(hex("ff"));
  const [error] = (await once(messages, "error")) as [{ code: string }];
  expect(error.code).toBe("FRAME_TOO_LONG");
});

test("a write waits for the stream below, and goes on when that has room", async () => {
  const { stream, written, release } = inHand({ room: 10 });
  const messages = framed(stream, codec);
  const done: number[] = [];
  for (let i = 0; i < 3; i++) messages.write(new Uint8Array(20), () => done.push(i));
  await settled(() => done.length);
  expect([written.length, done]).toEqual([1, []]);
  while (done.length < 3) {
    release.shift()?.();
    await new Promise(setImmediate);
  }
  expect(joined(written).length).toBe(3 * 24);
});

test("a thousand times of waiting add no listeners", async () => {
  const { stream, release } = inHand({ room: 1 });
  const messages = framed(stream, codec);
  messages.resume();
  const count = () => stream.eventNames().reduce((sum, name) => sum + stream.listenerCount(name), 0);
  const before = count();
  for (let i = 0; i < 1_000; i++) {
    const done = new Promise((resolve) => messages.write(new Uint8Array(5), resolve));
    stream.push(hex("00 00 00 00"));
    await new Promise(process.nextTick);
    release.shift()?.();
    await done;
  }
  expect(count()).toBe(before);
});

test("who waits to write when the stream is destroyed is told", async () => {
  for (const destroy of [
    (messages: Framed<Uint8Array>, _: Duplex) => messages.destroy(new Error("mine")),
    (_: Framed<Uint8Array>, stream: Duplex) => stream.destroy(new Error("mine")),
    (_: Framed<Uint8Array>, stream: Duplex) => stream.destroy(),
  ]) {
    const { stream } = inHand({ room: 10 });
    const messages = framed(stream, codec);
    const errors: unknown[] = [];
    messages.on("error", () => {});
    for (let i = 0; i < 3; i++) messages.write(new Uint8Array(20), (error) => errors.push(error));
    await settled(() => errors.length);
    expect(errors.length).toBe(0);
    destroy(messages, stream);
    await expect.poll(() => errors.length).toBe(3);
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    expect([stream.destroyed, messages.destroyed]).toEqual([true, true]);
  }
});

test("a message that cannot be encoded is an error, and ends the stream below", async () => {
  const { stream, written } = inHand();
  const messages = framed(stream, lengthPrefixed({ bytes: 1 }));
  messages.write(hex("'a'"));
  const told = new Promise((resolve) => messages.write(new Uint8Array(300), resolve));
  await expect(finished(messages)).rejects.toMatchObject({ code: "FRAME_TOO_LONG" });
  expect(await told).toMatchObject({ code: "FRAME_TOO_LONG" });
  expect(joined(written)).toEqual(hex("01 'a'"));
  expect(stream.destroyed).toBe(true);
});

test("messages that waited leave in one write", async () => {
  const sizes: number[] = [];
  const stream = new Duplex({
    read() {},
    writev(chunks, done) {
      sizes.push(chunks.length);
      done();
    },
  });
  const messages = framed(stream, lengthPrefixed());
  messages.cork();
  for (let i = 0; i < 10; i++) messages.write(new Uint8Array(5));
  messages.uncork();
  await expect.poll(() => sizes).toEqual([10]);
});

test("what a listener throws is not taken for an error of the stream", async () => {
  const { stream } = inHand();
  const messages = framed(stream, codec);
  messages.on("error", () => expect.unreachable());
  messages.on("data", () => {
    throw new RangeError("mine");
  });
  await new Promise(setImmediate);
  expect(() => stream.emit("data", hex("00 00 00 00"))).toThrow("mine");
});

test("a listener that destroys it gets no more messages", async () => {
  const { stream } = inHand();
  const messages = framed(stream, codec);
  let count = 0;
  messages.on("data", () => {
    count++;
    messages.destroy();
  });
  await new Promise(setImmediate);
  stream.push(hex("00 00 00 00 00 00 00 00"));
  await once(messages, "close");
  expect(count).toBe(1);
});
