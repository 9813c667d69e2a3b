import fc from "fast-check";
import { expect, test } from "vitest";
import type { Limits } from "../../src/limits.ts";
import type { ChatServer } from "../../src/server/chat-server.ts";
import { FrameClient, frame, LineClient, Peer, rawFrame, until } from "./clients.ts";
import { expectAccounted, expectEndings, serving } from "./serving.ts";

/** Two who talk to each other while others are hostile: whoever disturbs them has won. */
class Witnesses {
  readonly server: ChatServer;
  readonly #ben: LineClient;
  readonly #cat: FrameClient;
  #said = 0;

  private constructor(server: ChatServer, ben: LineClient, cat: FrameClient) {
    this.server = server;
    this.#ben = ben;
    this.#cat = cat;
  }

  static async of(server: ChatServer, password?: string): Promise<Witnesses> {
    const cat = await FrameClient.enter(server, "Cat", { rooms: ["witnesses"], password });
    const ben = new LineClient(server).say(
      "Ben",
      ...(password === undefined ? [] : [password]),
      "/join witnesses",
    );
    await ben.line(/^\* You are in witnesses, one of 2 people/);
    return new Witnesses(server, ben, cat);
  }

  /** They are served, all ends were counted, and nothing is left of the others. */
  async areUndisturbed(): Promise<void> {
    const text = `${++this.#said}`;
    this.#ben.say("/join witnesses", text);
    this.#cat.send({ type: "say", room: "witnesses", text });
    await until(() => this.#cat.texts().filter((heard) => heard === text).length === 2);
    await this.#ben.line(`<Cat> ${text}`);
    await until(() => this.server.sessionCount === 2);
    expectAccounted(this.server);
    expect(this.server.people().map(({ nick }) => nick)).toEqual(["Cat", "Ben"]);
  }
}

const nick = fc.constantFrom("ana", "ben", "dan", "ANA", "root", "", "\u001b[2J", "аna");
const room = fc.constantFrom("lobby", "#lobby", "books", "witnesses", "", "a b", "__proto__", "constructor");
const text = fc.oneof(
  fc.string(),
  fc.constantFrom("hi", "a\nb", "\u001b]52;c;eA\u0007", "\u202e", "x".repeat(9_000)),
);
const id = fc.option(fc.constantFrom("1", "2"), { nil: undefined });

/** Messages that are nearly always right, so that what they ask for is really done. */
const fitMessage = fc.oneof(
  fc.record({
    type: fc.constant("hello"),
    version: fc.constantFrom(1, 2),
    nick,
    rooms: fc.array(room),
    password: text,
  }),
  fc.record({ type: fc.constant("say"), id, room, text }),
  fc.record({ type: fc.constant("whisper"), id, to: nick, text }),
  fc.record({ type: fc.constant("nick"), id, nick }),
  fc.record({
    type: fc.constant("join"),
    id,
    room,
    resume: fc.constantFrom(undefined, ["e", 0], ["e", 2 ** 52]),
  }),
  fc.record({ type: fc.constant("leave"), id, room }),
  fc.record({ type: fc.constant("people"), id, room: fc.option(room, { nil: undefined }) }),
  fc.record({ type: fc.constant("rooms"), id }),
  fc.record({ type: fc.constant("topic"), id, room, topic: text }),
  fc.record({ type: fc.constant("kick"), id, room, nick, reason: text }),
  fc.record({ type: fc.constantFrom("ping", "pong"), id: fc.constantFrom(0, 1, -1, 1e300) }),
);
const anyFrame = fc.oneof(
  { weight: 6, arbitrary: fitMessage.map(frame) },
  { weight: 1, arbitrary: fc.jsonValue().map(frame) },
  { weight: 1, arbitrary: fc.record({ type: fc.jsonValue(), id: fc.jsonValue() }).map(frame) },
);

const fitLine = fc.oneof(
  text,
  fc
    .tuple(
      fc.constantFrom(
        "nick",
        "list",
        "rooms",
        "join",
        "leave",
        "w",
        "whisper",
        "topic",
        "kick",
        "help",
        "",
        "x",
        "/",
      ),
      fc.oneof(nick, room),
      text,
    )
    .map(([word, name, more]) => `/${word} ${name} ${more}`),
);
const anyLine = fitLine.map((line) => Buffer.from(`${line}\n`));

/** Bytes that mean something to somebody: telnet's IAC, a TLS hello, HTTP, half characters, headers that lie. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from([0xff, 0xfb, 0x1f, 0xff, 0xfd, 0x03]),
    Buffer.from("160301", "hex"),
    Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    Buffer.from([0xf0, 0x9f]),
    Buffer.from([0xc0, 0x80, 0x0a]),
    Buffer.from([0, 0xff, 0xff, 0xff]),
    Buffer.from([0, 0, 0, 0]),
    Buffer.from([0, 0, 0]),
    Buffer.from("\r"),
    rawFrame("null"),
    rawFrame(Buffer.from([0x22, 0xff, 0x22])),
  ),
);

/** What a hostile peer sends: mostly by the rules of one door, with noise between. */
const attack = fc.oneof(
  fc.array(fc.oneof({ weight: 5, arbitrary: anyFrame }, { weight: 1, arbitrary: noise }), { maxLength: 12 }),
  fc.array(fc.oneof({ weight: 5, arbitrary: anyLine }, { weight: 1, arbitrary: noise }), { maxLength: 12 }),
  fc.array(noise, { maxLength: 6 }),
);
const ending = fc.constantFrom("end", "reset", "half-open");

async function carryOut(
  peer: Peer,
  pieces: readonly Buffer[],
  how: string,
  bytewise: boolean,
): Promise<void> {
  for (const piece of pieces) {
    if (!bytewise) peer.write(piece);
    else for (const byte of piece.subarray(0, 64)) peer.write(Uint8Array.of(byte));
  }
  if (how === "reset") peer.socket.resetAndDestroy();
  else peer.socket.end();
  // A half-open peer is ended by the server, when it has said what there was to say.
  await peer.isClosed();
}

interface State {
  /** What brings somebody of that name into the state. Names are not used twice: who was cut off keeps them. */
  prelude: (name: string) => string | Buffer;
  password?: string;
  limits?: Partial<Limits>;
}

const STATES: Record<string, State> = {
  "before the hello": { prelude: () => "" },
  "in a room, by lines": { prelude: (name) => `${name}\n` },
  "in a room, by frames": {
    prelude: (name) => frame({ type: "hello", version: 1, nick: name, rooms: ["lobby", "books"] }),
  },
  "while flooded": {
    prelude: (name) => `${name}\n1\n2\n3\n4\n5\n`,
    limits: { commandBurst: 3, commandsPerSecond: 1_000 },
  },
  "during the password wait, by lines": {
    prelude: (name) => `${name}\nguess\n`,
    password: "open sesame",
    limits: { passwordDelayMs: 1 },
  },
  "during the password wait, by frames": {
    prelude: (name) => frame({ type: "hello", version: 1, nick: name, password: "guess" }),
    password: "open sesame",
    limits: { passwordDelayMs: 1 },
  },
};

test.each(Object.entries(STATES))(
  "%s: whatever comes, the others are served, and all is counted",
  async (_name, state) => {
    const { prelude, password, limits = {} } = state;
    const server = await serving({ limits, ...(password !== undefined && { password }) });
    const witnesses = await Witnesses.of(server, password);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(attack, ending, fc.boolean(), async (pieces, how, bytewise) => {
        const peer = new Peer(server, { allowHalfOpen: how === "half-open" });
        const first = prelude(`hostile${++runs}`);
        if (first.length > 0) peer.write(first);
        await carryOut(peer, pieces, how, bytewise);
        await witnesses.areUndisturbed();
      }),
      { numRuns: password === undefined ? 40 : 10, endOnFailure: true },
    );
    const fresh = new LineClient(server).say("fresh", ...(password === undefined ? [] : [password]));
    await fresh.line(/^\* You are in lobby/);
  },
);

test.each([
  ["lines", Buffer.from("ana\nhello\n/join books\n/w ana hi\n/quit\n")],
  [
    "frames",
    Buffer.concat([
      frame({ type: "hello", version: 1, nick: "ana" }),
      frame({ type: "say", id: "1", room: "lobby", text: "hi" }),
    ]),
  ],
])(
  "an RST after every byte of a conversation by %s ends one session, and nothing else",
  async (_door, bytes) => {
    const server = await serving();
    const witnesses = await Witnesses.of(server);
    for (let at = 0; at <= bytes.length; at++) {
      const peer = new Peer(server);
      const { bytesIn } = server.counters;
      if (at > 0) peer.write(bytes.subarray(0, at));
      // Either it got there, or it did not: an RST overtakes what was not read yet.
      if (at % 2 === 0) await until(() => server.counters.bytesIn >= bytesIn + at);
      peer.socket.resetAndDestroy();
      if (at % 10 === 0) await witnesses.areUndisturbed();
    }
    await witnesses.areUndisturbed();
  },
);

test("a conversation in writes of one byte is a conversation", async () => {
  const server = await serving();
  const witnesses = await Witnesses.of(server);
  const ana = new LineClient(server);
  for (const byte of Buffer.from("ana\r\n/join witnesses\r\nhällo\r\n/quit\r\n")) {
    const { bytesIn } = server.counters;
    ana.write(Uint8Array.of(byte));
    await until(() => server.counters.bytesIn > bytesIn);
  }
  await ana.isClosed();
  expect(ana.text).toContain("one of 3 people: Cat, Ben, ana");
  await witnesses.areUndisturbed();
});

test.each([
  [
    "telnet's IAC",
    Buffer.from([0xff, 0xfb, 0x1f, 0xff, 0xfd, 0x03, 0x0a]),
    "! BAD_FRAME: a line is not UTF-8",
  ],
  [
    "a TLS hello to a server without",
    Buffer.from("16030100c8f00a", "hex"),
    "! BAD_FRAME: a line is not UTF-8",
  ],
  ["a line without an end", Buffer.alloc(16_386, "x"), "! FRAME_TOO_LONG: a line has 16386 bytes or more"],
  ["a frame of 16 MiB", Buffer.from([0, 0xff, 0xff, 0xff]), '"code":"FRAME_TOO_LONG"'],
  ["a frame one byte too long", Buffer.from([0, 0, 0x40, 0x01]), '"code":"FRAME_TOO_LONG"'],
  ["a frame that is no JSON", rawFrame("hello"), '"code":"BAD_FRAME"'],
  ["a frame that is no UTF-8", rawFrame(Buffer.from([0x22, 0xff, 0x22])), '"code":"BAD_FRAME"'],
])(
  "%s is refused as soon as it is seen, with the reason, and the connection ends",
  async (_what, bytes, said) => {
    const server = await serving();
    const peer = new Peer(server).write(bytes);
    await peer.isClosed();
    expect(peer.text).toContain(said);
    expect(peer.failure).toBeUndefined();
    await expectEndings(server, { [said.includes("LONG") ? "oversize" : "garbage"]: 1 });
  },
);

test("HTTP is told that its lines are no nicknames, and ends when it ends", async () => {
  const server = await serving();
  const peer = new Peer(server);
  peer.socket.end("GET / HTTP/1.1\r\nHost: example\r\n\r\n");
  await peer.isClosed();
  expect(peer.text.match(/^! BAD_NICK: /gm)).toHaveLength(2);
});

test("names that would deceive are refused at both doors, and nobody comes in by them", async () => {
  const server = await serving();
  await LineClient.enter(server, "ana");
  const tricks = [
    "ANA",
    "аna",
    "ana\u200b",
    "an\u0430",
    "root",
    "SERVER",
    "Operator",
    "x".repeat(33),
    "a\tb",
    "a\u001b[0m",
    "a\0",
  ];
  for (const trick of tricks) {
    const frames = new FrameClient(server).send({ type: "hello", version: 1, nick: trick });
    expect((await frames.message("error")).code).toMatch(/^(NICK_TAKEN|BAD_NICK)$/);
    const lines = new LineClient(server).say(trick);
    await lines.line(/^! (NICK_TAKEN|BAD_NICK): /);
  }
  expect(server.people().map(({ nick: name }) => name)).toEqual(["ana"]);
});

test("what somebody says by frames does nothing to the terminal of a plain client", async () => {
  const server = await serving();
  const ana = await LineClient.enter(server, "ana");
  const ben = await FrameClient.enter(server, "ben", { rooms: ["lobby", "books"] });
  // The server refuses the first ones; C1 and what turns the reading direction are shown as symbols.
  const tricks = [
    "\u001b]52;c;eA\u0007",
    "a\r! OK",
    "a\nb",
    "\u007f",
    "\u009b2Jx",
    "\u009d0;title\u009c",
    "\u202egnp.exe",
  ];
  for (const trick of tricks) {
    ben.send(
      { type: "say", room: "lobby", text: trick },
      { type: "whisper", to: "ana", text: trick },
      { type: "topic", room: "lobby", topic: trick },
    );
  }
  ben.send({ type: "quit", reason: "\u009b2J bye" });
  await ana.line(/^\* ben left lobby: quit: <U\+009B>2J bye/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(ana.text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(ana.lines.filter((line) => line.startsWith("<ben>"))).toEqual([
    "<ben> <U+009B>2Jx",
    "<ben> <U+009D>0;title<U+009C>",
    "<ben> <U+202E>gnp.exe",
  ]);
  await ben.isClosed();
  expect(ben.messages.filter((message) => message.type === "error")).toHaveLength(12);
});

test("100 connections that come and go at once, in the middle of everything, leave nothing", async () => {
  const server = await serving();
  const witnesses = await Witnesses.of(server);
  const peers = Array.from({ length: 100 }, (_, i) => new Peer(server).write(`crowd${i}\nhello\nhalf a li`));
  await until(() => server.counters.messagesIn >= 100);
  for (const [i, { socket }] of peers.entries()) {
    if (i % 3 === 0) socket.resetAndDestroy();
    else if (i % 3 === 1) socket.end();
    else socket.destroy();
  }
  await witnesses.areUndisturbed();
});

test("a peer that ends its side and reads nothing is not kept", async () => {
  const server = await serving();
  const witnesses = await Witnesses.of(server);
  const peer = new Peer(server, { reads: false, allowHalfOpen: true });
  peer.socket.end("ana\n/help\n/list\n");
  await witnesses.areUndisturbed();
});
