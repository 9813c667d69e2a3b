import { z } from "zod";

/** The version of the native protocol. A hello of another is refused. */
export const PROTOCOL_VERSION = 1;

/** Identifies a request, or a message that may be sent again, within one person's: made up by the client. */
const id = z.string().min(1).max(64).optional();
const name = z.string().max(256);
const text = z.string();
const position = z.tuple([z.string().max(64), z.int().min(0)]).readonly();

/** Who I am. Before anything else. */
export const helloSchema = z.object({
  type: z.literal("hello"),
  version: z.int(),
  nick: name,
  password: z.string().max(1_024).optional(),
  /**
   * A secret of this person, by which one who was cut off is itself again: from an earlier welcome; or made up by
   * the client (20 characters or more), which also helps where the first welcome got lost.
   */
  token: z.string().max(128).optional(),
  /** To join at once. Absent: the room that everybody begins in. */
  rooms: z.array(name).max(64).optional(),
  /** The last message seen of each of these rooms, which are joined too. */
  resume: z.record(z.string(), position).optional(),
  capabilities: z.array(z.string().max(64)).max(64).optional(),
});

/** What a person may ask of the room core, once known. */
export const commandSchemas = [
  z.object({ type: z.literal("say"), id, room: name, text }),
  z.object({ type: z.literal("whisper"), id, to: name, text }),
  z.object({ type: z.literal("nick"), id, nick: name }),
  z.object({ type: z.literal("join"), id, room: name, resume: position.optional() }),
  z.object({ type: z.literal("leave"), id, room: name }),
  z.object({ type: z.literal("people"), id, room: name.optional() }),
  z.object({ type: z.literal("rooms"), id }),
  z.object({ type: z.literal("topic"), id, room: name, topic: text }),
  z.object({ type: z.literal("kick"), id, room: name, nick: name, reason: text.optional() }),
  z.object({ type: z.literal("quit"), reason: text.optional() }),
] as const;

export const clientMessageSchema = z.discriminatedUnion("type", [helloSchema, ...commandSchemas]);

export type Hello = z.infer<typeof helloSchema>;
export type Command = z.infer<(typeof commandSchemas)[number]>;
export type ClientMessage = Hello | Command;
export type CommandOf<T extends Command["type"]> = Extract<Command, { type: T }>;
