import { IpcError } from "@ipc-playground/contract";
import type { JsonMessage } from "@ipc-playground/framing";
import { z } from "zod";
import type { RefusalCode } from "../protocol/refusal.ts";
import type { ServerMessage } from "../protocol/server-message.ts";

const id = z.string().optional();
const text = z.string();
const count = z.number();
const at = z.number();

const roomState = {
  room: text,
  epoch: text,
  seq: z.int().min(0),
  topic: text,
  owner: text.nullable(),
  people: z.array(text),
  recovered: z.boolean().optional(),
};
const person = z.object({ nick: text, from: text, door: text, rooms: z.array(text), since: at });
const summary = z.object({ room: text, count, topic: text });
// A newer server may have more of them than this client knows.
const code = text as unknown as z.ZodType<RefusalCode>;

/** What a server says. More than it needs to have is taken, and left out: a newer server may say it. */
const schema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    version: z.number(),
    server: text,
    nick: text,
    token: text,
    rooms: z.array(z.object(roomState)),
    capabilities: z.array(text),
    online: count,
  }),
  z.object({ type: z.literal("room"), id, ...roomState }),
  z.object({
    type: z.literal("message"),
    room: text,
    epoch: text,
    seq: z.int().min(1),
    from: text,
    text,
    at,
  }),
  z.object({
    type: z.literal("ack"),
    id: text,
    room: text.optional(),
    epoch: text.optional(),
    seq: z.int().optional(),
    repeat: z.literal(true).optional(),
  }),
  z.object({ type: z.literal("whisper"), from: text, to: text, text, at }),
  z.object({ type: z.literal("joined"), room: text, nick: text, count, at }),
  z.object({ type: z.literal("left"), room: text, nick: text, count, reason: text, at }),
  z.object({ type: z.literal("renamed"), from: text, to: text, at }),
  z.object({ type: z.literal("topic"), room: text, topic: text, by: text, at }),
  z.object({ type: z.literal("owner"), room: text, nick: text }),
  z.object({ type: z.literal("kicked"), room: text.optional(), by: text, reason: text }),
  z.object({ type: z.literal("people"), id, people: z.array(person) }),
  z.object({ type: z.literal("rooms"), id, rooms: z.array(summary) }),
  z.object({ type: z.literal("notice"), text, at }),
  z.object({ type: z.literal("shutdown"), backInMs: z.number() }),
  z.object({ type: z.literal("done"), id, what: text, left: text.optional() }),
  z.object({
    type: z.literal("error"),
    id,
    code,
    fact: text,
    nextStep: text,
    final: z.literal(true).optional(),
  }),
]);

const TYPES: ReadonlySet<unknown> = new Set(schema.options.map(({ shape }) => shape.type.value));

/**
 * A message as the server means it, or `undefined`: one of a type that this client does not know.
 *
 * @throws {IpcError} BAD_FRAME: it lacks something, or has it in another form.
 */
export function parseServerMessage(message: JsonMessage): ServerMessage | undefined {
  const { type } = message as { type?: unknown };
  if (typeof type === "string" && !TYPES.has(type)) return undefined;
  const result = schema.safeParse(message);
  if (result.success) return result.data as ServerMessage;
  const [issue] = result.error.issues;
  throw new IpcError(
    "BAD_FRAME",
    `the server's message ${String(type)} is not as it should be, at ${issue?.path.join(".")}: ${issue?.message}`,
    "the server speaks another version of the protocol, or is none",
  );
}
