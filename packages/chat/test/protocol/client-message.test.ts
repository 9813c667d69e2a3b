import { expect, test } from "vitest";
import { clientMessageSchema } from "../../src/protocol/client-message.ts";

/** Every type with all that it can have. */
const WHOLE = [
  {
    type: "hello",
    version: 1,
    nick: "ana",
    password: "secret",
    token: "t",
    rooms: ["lobby"],
    resume: { lobby: ["e", 3] },
    capabilities: ["resume"],
  },
  { type: "say", id: "1", room: "lobby", text: "hi" },
  { type: "whisper", id: "1", to: "ben", text: "psst" },
  { type: "nick", id: "1", nick: "Ana" },
  { type: "join", id: "1", room: "books", resume: ["e", 0] },
  { type: "leave", id: "1", room: "books" },
  { type: "people", id: "1", room: "books" },
  { type: "rooms", id: "1" },
  { type: "topic", id: "1", room: "books", topic: "" },
  { type: "kick", id: "1", room: "books", nick: "ben", reason: "noise" },
  { type: "quit", reason: "tea" },
];

/** The fields that may be left out. */
const OPTIONAL = ["id", "password", "token", "rooms", "resume", "capabilities", "reason"];

test("the table of messages here has every type of the schema", () => {
  const types = clientMessageSchema.options.map(({ shape }) => shape.type.value);
  expect(WHOLE.map(({ type }) => type)).toEqual(types);
});

test.each(WHOLE.map((message) => [message.type, message] as const))(
  "%s: what it may leave out, and what not",
  (type, message) => {
    expect(clientMessageSchema.parse(message)).toEqual(message);
    for (const field of Object.keys(message)) {
      const without: Record<string, unknown> = { ...message };
      delete without[field];
      const mayLack = OPTIONAL.includes(field) || (type === "people" && field === "room");
      expect([field, clientMessageSchema.safeParse(without).success]).toEqual([field, mayLack]);
      for (const wrong of [null, 7.5, [], {}, true]) {
        // An empty list of rooms, or nothing to resume, is right.
        if (
          JSON.stringify([field, wrong]) === '["rooms",[]]' ||
          (field === "capabilities" && Array.isArray(wrong))
        )
          continue;
        if (field === "resume" && type === "hello" && JSON.stringify(wrong) === "{}") continue;
        const changed = { ...message, [field]: wrong };
        expect([field, wrong, clientMessageSchema.safeParse(changed).success]).toEqual([field, wrong, false]);
      }
    }
  },
);

test("a field that nobody knows is left out, and refuses nothing: a newer client may send it", () => {
  expect(clientMessageSchema.parse({ type: "rooms", colour: "red" })).toEqual({ type: "rooms" });
});

test.each([
  { type: "say", id: "", room: "lobby", text: "hi" },
  { type: "say", id: "x".repeat(65), room: "lobby", text: "hi" },
  { type: "say", room: "x".repeat(257), text: "hi" },
  { type: "join", room: "books", resume: ["e", -1] },
  { type: "join", room: "books", resume: ["e", 0.5] },
  { type: "join", room: "books", resume: ["e"] },
  { type: "hello", version: 1, nick: "ana", rooms: Array(65).fill("r") },
  { type: "hello", version: 1, nick: "ana", password: "x".repeat(1_025) },
  { type: "dance" },
  {},
  [],
  "hello",
  5,
])("%j is no message", (message) => {
  expect(clientMessageSchema.safeParse(message).success).toBe(false);
});

test("a resume of a room called __proto__ does nothing to anybody", () => {
  const message = JSON.parse('{"type":"hello","version":1,"nick":"ana","resume":{"__proto__":["e",1]}}');
  clientMessageSchema.parse(message);
  expect(({} as Record<string, unknown>)[0]).toBeUndefined();
});
