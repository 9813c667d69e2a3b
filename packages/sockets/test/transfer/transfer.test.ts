import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framed } from "@ipc-playground/framing/node";
import { deliver, OutgoingFile, sendFile, transferCodec } from "@ipc-playground/sockets";
import { expect, test } from "vitest";
import { Peer, until } from "../tcp/peers.ts";
import { folder, offer, outgoing, receiving, socketTo, visible } from "./files.ts";

test.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])(
  "a file of %i bytes arrives as it was",
  async (bytes) => {
    const into = folder();
    const { server, outcomes } = await receiving(into);
    const { file, content } = await outgoing(bytes);
    const seen: number[] = [];
    const sent = await sendFile(await socketTo(server), file, { onProgress: (at) => seen.push(at) });
    expect(sent).toEqual({ resumedFrom: 0 });
    expect(readFileSync(join(into, "report.pdf")).equals(content)).toBe(true);
    expect(readdirSync(into)).toEqual(["report.pdf"]);
    expect(seen.at(-1)).toBe(bytes);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["received"]);
  },
);

test("the offer says name, size, type and SHA-256", async () => {
  const { file } = await outgoing(0, { content: Buffer.from("abc"), name: "a.txt" });
  expect(file.offer).toEqual(offer());
});

test("on the wire: a length, a 0 and JSON; a length, a 1 and bytes", () => {
  expect(Buffer.concat(transferCodec.encode({ type: "end" })).toString("latin1")).toBe(
    '\0\0\0\x0f\0{"type":"end"}',
  );
  expect(Buffer.concat(transferCodec.encode(Uint8Array.of(7, 8))).toString("hex")).toBe(
    "00000003" + "01" + "0708",
  );
});

/** Send these messages, and return what the receiver says. */
async function say(server: Parameters<typeof socketTo>[0], ...messages: object[]) {
  const wire = framed(await socketTo(server), transferCodec);
  wire.on("error", () => {});
  const heard: Record<string, unknown>[] = [];
  wire.on("data", (message: Record<string, unknown>) => heard.push(message));
  for (const message of messages) wire.write(message as never);
  await until(() => wire.destroyed || heard.some(({ type }) => type === "refuse" || type === "done"));
  return heard;
}

const ABC = Buffer.from("abc");

test.each([
  "../a.txt",
  "/etc/passwd",
  "a/b.txt",
  "..",
  ".",
  "",
  "a\0.txt",
  ".bashrc",
  ".incoming-0",
  "..\\a.txt",
  "a\nb",
  "a\x1b[2Jb",
  "exe.\u202efdp",
  "\ud800",
  "x".repeat(256),
  "ä".repeat(128),
])("the name %j is refused before a byte of the file: UNSAFE_NAME", async (name) => {
  const parent = folder();
  const into = join(parent, "in");
  mkdirSync(into);
  const { server } = await receiving(into);
  const heard = await say(server, offer({ name }), ABC, { type: "end" });
  expect(heard).toMatchObject([{ type: "refuse", code: "UNSAFE_NAME" }]);
  expect(readdirSync(parent, { recursive: true })).toEqual(["in"]);
});

test.each(["a b.txt", "…", "x".repeat(255), "CON", "-rf", "a..b", "файл.txt"])(
  "the name %j is a name",
  async (name) => {
    const into = folder();
    const { server } = await receiving(into);
    expect((await say(server, offer({ name }), ABC, { type: "end" })).at(-1)).toEqual({ type: "done" });
    expect(readdirSync(into)).toEqual([name]);
  },
);

test("a symbolic link on the way is not followed, neither under the name nor under the hidden one", async () => {
  const into = folder();
  const outside = join(folder(), "outside");
  const { server, outcomes } = await receiving(into);
  symlinkSync(outside, join(into, "a.txt"));
  expect(await say(server, offer(), ABC, { type: "end" })).toMatchObject([
    { type: "refuse", code: "UNSAFE_NAME" },
  ]);
  symlinkSync(outside, join(into, `.incoming-${offer().sha256}`));
  expect((await say(server, offer({ name: "b.txt" }), ABC)).map(({ type }) => type)).toEqual(["refuse"]);
  expect(() => readFileSync(outside)).toThrow("ENOENT");
  await until(() => outcomes.length === 2);
  expect(outcomes).toMatchObject([{ code: "UNSAFE_NAME" }, { code: "UNSAFE_NAME" }]);
});

test("a file that is there is never overwritten; the same file again is done at once", async () => {
  const into = folder();
  const { server } = await receiving(into);
  writeFileSync(join(into, "a.txt"), "xyz");
  expect(await say(server, offer(), ABC, { type: "end" })).toMatchObject([
    { type: "refuse", code: "FILE_EXISTS" },
  ]);
  expect(readFileSync(join(into, "a.txt"), "utf8")).toBe("xyz");
  writeFileSync(join(into, "a.txt"), "abc");
  expect((await say(server, offer())).at(-1)).toEqual({ type: "done" });
});

test.each([
  ["a size that is too small", offer({ size: 2 }), [ABC, { type: "end" }]],
  ["a size that is too large", offer({ size: 4 }), [ABC, { type: "end" }]],
  ["other bytes", offer(), [Buffer.from("abd"), { type: "end" }]],
])("%s is TRANSFER_DAMAGED, and leaves nothing", async (_what, lie, rest) => {
  const into = folder();
  const { server } = await receiving(into);
  expect((await say(server, lie, ...rest)).at(-1)).toMatchObject({
    type: "refuse",
    code: "TRANSFER_DAMAGED",
  });
  await until(() => readdirSync(into).length === 0);
});

test.each([
  ["a negative size", offer({ size: -1 })],
  ["a size that is no number", offer({ size: "3" })],
  ["a size of 2^60", offer({ size: 2 ** 60 })],
  ["no name", offer({ name: undefined })],
  ["a name that is no text", offer({ name: ["a"] })],
  ["a type that is none", offer({ mime: "text\r\nX: y" })],
  ["a digest that is a path", offer({ sha256: "../../../../etc/passwd".padEnd(64, "0") })],
  ["another version", offer({ version: 2 })],
  ["no offer", { type: "end" }],
  ["bytes before the offer", ABC],
])("%s is TRANSFER_REFUSED", async (_what, message) => {
  const into = folder();
  const { server } = await receiving(into);
  expect(await say(server, message)).toMatchObject([{ type: "refuse", code: "TRANSFER_REFUSED" }]);
  expect(readdirSync(into)).toEqual([]);
});

test("a file over the receiver's limit, and one over its free space, is refused before a byte", async () => {
  const into = folder();
  const { server } = await receiving(into, { maxBytes: 2 });
  expect(await say(server, offer())).toMatchObject([{ code: "TRANSFER_REFUSED" }]);
  const { server: roomy } = await receiving(into, { maxBytes: Number.MAX_SAFE_INTEGER });
  expect(await say(roomy, offer({ size: Number.MAX_SAFE_INTEGER }))).toMatchObject([{ code: "DISK_FULL" }]);
  expect(readdirSync(into)).toEqual([]);
});

test("what the receiver cannot do is told to its owner, and its paths to nobody else", async () => {
  const { server, outcomes } = await receiving(join(folder(), "missing"));
  const heard = await say(server, offer());
  expect(heard).toMatchObject([{ type: "refuse", code: "TRANSFER_REFUSED" }]);
  expect(JSON.stringify(heard)).not.toContain("missing");
  await until(() => outcomes.length === 1);
  expect(outcomes).toMatchObject([{ code: "NO_SUCH_FILE" }]);
});

test("garbage, half a frame, and a header that claims 4 GiB: the connection ends, the folder stays empty", async () => {
  const into = folder();
  const { server, outcomes } = await receiving(into);
  for (const bytes of [
    "GET / HTTP/1.0\r\n\r\n",
    "\0\0\0\x02\0",
    "\xff\xff\xff\xff",
    "\0\0\0\x02\0\xff",
    "\0\0\0\x02\x07x",
  ]) {
    const peer = await Peer.to(server);
    peer.socket.end(Buffer.from(bytes, "latin1"));
    await peer.isClosed();
  }
  await until(() => outcomes.length === 5);
  expect(outcomes.map((outcome) => (outcome as { code: string }).code)).toEqual([
    "FRAME_TOO_LONG",
    "FRAME_CUT",
    "FRAME_TOO_LONG",
    "BAD_FRAME",
    "BAD_FRAME",
  ]);
  expect(readdirSync(into)).toEqual([]);
});

test("a sender that stops in the middle is given up, and what came is kept for it", async () => {
  const into = folder();
  const { server, outcomes } = await receiving(into, { stallMs: 500 });
  await say(server, offer(), Buffer.from("ab"));
  await until(() => outcomes.length === 1);
  expect(outcomes).toMatchObject([{ code: "PEER_SILENT" }]);
  expect(visible(into)).toEqual([]);
  // Back again: only the third byte is asked for.
  const heard = await say(server, offer(), Buffer.from("c"), { type: "end" });
  expect(heard[0]).toEqual({ type: "accept", from: 2 });
  expect(readFileSync(join(into, "a.txt"), "utf8")).toBe("abc");
  expect(readdirSync(into)).toEqual(["a.txt"]);
});

test("a half file with other bytes in it than it should have is found out, and begun again", async () => {
  const into = folder();
  const { server } = await receiving(into);
  const part = join(into, `.incoming-${offer().sha256}`);
  writeFileSync(part, "xx");
  expect((await say(server, offer(), Buffer.from("c"), { type: "end" })).at(-1)).toMatchObject({
    code: "TRANSFER_DAMAGED",
  });
  await until(() => readdirSync(into).length === 0);
  for (const length of [3, 5]) {
    writeFileSync(part, "\0".repeat(length));
    expect((await say(server, offer({ name: `${length}.txt` }), ABC, { type: "end" }))[0]).toEqual({
      type: "accept",
      from: 0,
    });
  }
  expect(readdirSync(into)).toEqual(["3.txt", "5.txt"]);
});

test("one file over two connections at once: the second waits, and finds it whole", async () => {
  const into = folder();
  const { server, outcomes } = await receiving(into);
  const slow = framed(await socketTo(server), transferCodec);
  slow.write(offer() as never);
  slow.resume();
  await until(() => readdirSync(into).length === 1);
  const second = say(server, offer());
  slow.write(ABC);
  slow.write({ type: "end" });
  expect((await second).at(-1)).toEqual({ type: "done" });
  await until(() => outcomes.length === 2);
  expect(outcomes).toEqual(["received", "received"]);
});

test("a file that becomes shorter while it is sent is FILE_UNREADABLE", async () => {
  const { server } = await receiving(folder());
  const { file, path } = await outgoing(1_000);
  truncateSync(path, 500);
  await expect(sendFile(await socketTo(server), file)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});

test("a sender shows what a receiver says only with its teeth drawn", async () => {
  const evil = {
    type: "refuse",
    code: "constructor",
    fact: `\x1b]52;c;evil\x07${"x".repeat(1_000)}`,
    nextStep: 5,
  };
  const { server } = await evilReceiver(evil);
  const { file } = await outgoing(10);
  const error = await sendFile(await socketTo(server), file).catch((error) => error);
  expect(error).toMatchObject({ code: "TRANSFER_REFUSED" });
  expect(error.message).not.toMatch(/\p{Cc}/u);
  expect(error.message.length).toBeLessThan(700);
});

test.each([
  { type: "accept", from: 11 },
  { type: "accept", from: -1 },
  { type: "accept", from: "0" },
  { type: "dance" },
])("a receiver that answers %j ends the transfer, not the sender", async (message) => {
  const { server } = await evilReceiver(message);
  const { file } = await outgoing(10);
  await expect(sendFile(await socketTo(server), file)).rejects.toMatchObject({ code: "BAD_FRAME" });
});

async function evilReceiver(message: object) {
  const { serving } = await import("../tcp/peers.ts");
  const server = await serving(({ socket }) => {
    const wire = framed(socket, transferCodec);
    wire.on("error", () => {});
    wire.write(message as never);
    wire.resume();
  });
  return { server };
}

test("deliver does not try again what cannot become better", async () => {
  const into = folder();
  const { server, outcomes } = await receiving(into);
  const { file } = await outgoing(10, { name: "../x" });
  await expect(deliver(file, { ...server.address })).rejects.toMatchObject({ code: "UNSAFE_NAME" });
  await until(() => outcomes.length === 1);
});

test("deliver gives up after its tries, or when it is told to", async () => {
  const { server } = await receiving(folder());
  await server.close({ withinMs: 0 });
  const { file } = await outgoing(10);
  const delays: number[] = [];
  const tries = {
    ...server.address,
    maxTries: 3,
    baseMs: 2,
    random: () => 0.5,
    onRetry: (ms: number) => delays.push(ms),
  };
  await expect(deliver(file, tries)).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  expect(delays).toEqual([1, 2]);
  const stop = new AbortController();
  const patient = {
    ...server.address,
    baseMs: 100_000,
    random: () => 0.9,
    signal: stop.signal,
    onRetry: () => stop.abort(),
  };
  await expect(deliver(file, patient)).rejects.toMatchObject({ name: "AbortError" });
});

test.each([
  ["a missing file", "missing", "NO_SUCH_FILE"],
  ["a folder", ".", "FILE_UNREADABLE"],
])("%s cannot be sent", async (_what, name, code) => {
  await expect(OutgoingFile.open(join(folder(), name))).rejects.toMatchObject({ code });
});
