import fc from "fast-check";
import { expect, test } from "vitest";
import { frameDoor } from "../../src/server/frame-door.ts";
import { frame, rawFrame } from "./clients.ts";
import { requests, visiting, WELCOME } from "./visits.ts";

const MESSAGES = [
  {
    type: "hello",
    version: 1,
    nick: "ana",
    password: "p",
    token: "t",
    rooms: ["a"],
    resume: { a: ["e", 1] },
  },
  { type: "say", id: "1", room: "lobby", text: "hällo 👩‍🚀" },
  { type: "whisper", to: "ben", text: "psst" },
  { type: "nick", nick: "Zoe" },
  { type: "join", room: "books", resume: ["e", 0] },
  { type: "leave", room: "books" },
  { type: "people", room: "books" },
  { type: "rooms", id: "2" },
  { type: "topic", room: "books", topic: "novels" },
  { type: "kick", room: "books", nick: "ben", reason: "noise" },
  { type: "ping", id: 7 },
  { type: "pong", id: 7 },
  { type: "quit" },
];

/** The answer of the door itself, as a message. */
const answerOf = (bytes: unknown) =>
  JSON.parse(
    Buffer.from(bytes as string, "latin1")
      .subarray(4)
      .toString(),
  );

test("it opens at a first byte of 0, and at no other", () => {
  for (let byte = 0; byte < 256; byte++) expect(frameDoor.opens(byte)).toBe(byte === 0);
});

test("every message of a client comes through, whole and as it was", () => {
  const bytes = Buffer.concat(MESSAGES.map(frame));
  expect(requests(visiting(frameDoor), [bytes])).toEqual(MESSAGES);
});

test("bytes cut after every byte, and one by one, ask for the same", () => {
  const bytes = Buffer.concat(MESSAGES.slice(0, 4).map(frame));
  for (let at = 1; at < bytes.length; at++)
    expect(requests(visiting(frameDoor), [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(
      MESSAGES.slice(0, 4),
    );
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect(requests(visiting(frameDoor), single)).toEqual(MESSAGES.slice(0, 4));
});

test.each([
  [{ type: "dance", id: "7" }, "UNKNOWN_TYPE", "7"],
  [{ type: "welcome" }, "UNKNOWN_TYPE", undefined],
  [{}, "UNKNOWN_TYPE", undefined],
  ["hello", "UNKNOWN_TYPE", undefined],
  [5, "UNKNOWN_TYPE", undefined],
  [[], "UNKNOWN_TYPE", undefined],
  [false, "UNKNOWN_TYPE", undefined],
  [{ type: ["say"], id: "7" }, "UNKNOWN_TYPE", "7"],
  [{ type: "ping", id: "x" }, "UNKNOWN_TYPE", "x"],
  [{ type: "say", id: "7", room: "lobby" }, "BAD_MESSAGE", "7"],
  [{ type: "say", id: "x".repeat(65), room: "lobby", text: "hi" }, "BAD_MESSAGE", undefined],
  [{ type: "say", id: 7, room: "lobby", text: "hi" }, "BAD_MESSAGE", undefined],
  [{ type: "join", id: "7", room: null }, "BAD_MESSAGE", "7"],
  [{ type: "hello", version: "1", nick: "ana" }, "BAD_MESSAGE", undefined],
])("%j is answered with %s, and the next message is taken", (message, code, id) => {
  const [answer, next] = requests(visiting(frameDoor), [frame(message), frame({ type: "rooms" })]);
  expect(answerOf(answer)).toMatchObject({ type: "error", code });
  expect([answerOf(answer).id, answerOf(answer).final]).toEqual([id, undefined]);
  expect(next).toEqual({ type: "rooms" });
});

test("the answer to a wrong message says what is wrong with which field; to an unknown type, which there are", () => {
  const [bad] = requests(visiting(frameDoor), [frame({ type: "say", id: "7", room: "lobby", text: 5 })]);
  expect(answerOf(bad).fact).toMatch(/^a say is not as it should be at text: /);
  const [unknown] = requests(visiting(frameDoor), [frame({ type: "dance" })]);
  expect(answerOf(unknown).nextStep).toBe(
    "it knows hello, say, whisper, nick, join, leave, people, rooms, topic, kick, quit",
  );
});

test.each([
  ["no JSON", rawFrame("{"), "BAD_FRAME"],
  ["nothing", rawFrame(""), "BAD_FRAME"],
  ["null", rawFrame("null"), "BAD_FRAME"],
  ["no UTF-8", rawFrame(Buffer.from([0x22, 0xff, 0x22])), "BAD_TEXT"],
  ["longer than is taken", Buffer.from([0, 0, 0x40, 0x01]), "FRAME_TOO_LONG"],
])("a frame of %s ends the visit, and what came before it is carried out", (_what, bytes, code) => {
  const visit = visiting(frameDoor);
  expect(requests(visit, [frame({ type: "rooms" }), bytes, frame({ type: "rooms" })])).toEqual([
    { type: "rooms" },
    code,
  ]);
});

test("a frame of the longest length is taken", () => {
  const message = { type: "say", room: "lobby", text: "" };
  const text = "x".repeat(16_384 - frame(message).length + 4);
  expect(requests(visiting(frameDoor), [frame({ ...message, text })])).toEqual([{ ...message, text }]);
});

test("half a frame at the end is how a cut looks: nothing is asked for, and nothing is wrong", () => {
  const bytes = frame({ type: "rooms" });
  for (let at = 0; at < bytes.length; at++)
    expect(requests(visiting(frameDoor), at === 0 ? [] : [bytes.subarray(0, at)])).toEqual([]);
});

test("what it says is frames too, in order", () => {
  const bytes = Buffer.from(frameDoor.encode([WELCOME, { type: "ack", id: "1" }], true));
  expect(bytes).toEqual(Buffer.concat([frame(WELCOME), frame({ type: "ack", id: "1" })]));
});

test("any JSON is answered or asks for something, and never throws", () => {
  const visit = visiting(frameDoor);
  const type = fc.constantFrom(...MESSAGES.map((message) => message.type), "dance", 5, null);
  const message = fc.oneof(
    fc.json(),
    fc
      .record({ type, id: fc.jsonValue(), room: fc.jsonValue(), text: fc.jsonValue(), nick: fc.jsonValue() })
      .map((m) => JSON.stringify(m)),
  );
  fc.assert(
    fc.property(message, (json) => {
      fc.pre(json.trim() !== "null" && Buffer.byteLength(json) < 16_000);
      visit.push(rawFrame(json));
      expect(visit.next()).toMatchObject({ kind: expect.stringMatching(/^(hello|command|pulse|answer)$/) });
      expect(visit.next()).toBeNull();
    }),
    { numRuns: 200 },
  );
});
