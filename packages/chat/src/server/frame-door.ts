import { type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { frameDeadline } from "@ipc-playground/sockets";
import { SERVER_FRAME_BYTES } from "../limits.ts";
import { clientMessageSchema } from "../protocol/client-message.ts";
import { refusal } from "../protocol/refusal.ts";
import type { ServerMessage } from "../protocol/server-message.ts";
import type { FrontDoor, Request } from "./door.ts";

const outgoing = json(lengthPrefixed({ max: SERVER_FRAME_BYTES }));

/** What a message may be: every type that the schema has. */
const TYPES: ReadonlySet<unknown> = new Set(clientMessageSchema.options.map(({ shape }) => shape.type.value));

/** The native protocol: a 4-byte length, then JSON. Its first byte is 0: no frame may be as long as 16 MiB. */
export const frameDoor: FrontDoor = {
  name: "frames",
  opens: (firstByte) => firstByte === 0,
  resumable: true,
  echoes: true,
  hasPulse: true,
  encode: (messages) => bytesOf(messages),
  visit(stream, { frameBytes, frameMs }) {
    const codec = json(lengthPrefixed({ max: frameBytes }));
    const decoder = frameDeadline(stream, codec, { withinMs: frameMs }).decoder();
    return {
      push: (chunk) => decoder.push(chunk),
      // Not the decoder's: half a frame is how a cut looks, and no offence.
      end: () => {},
      next() {
        const message = decoder.next();
        return message === null ? null : requestOf(message);
      },
      encode: (message) => bytesOf([message]),
      isHere: () => true,
    };
  },
};

function bytesOf(messages: readonly ServerMessage[]): Uint8Array {
  return Buffer.concat(messages.flatMap((message) => outgoing.encode(message as JsonMessage)));
}

function requestOf(message: JsonMessage): Request {
  const { type, id } = message as { type?: unknown; id?: unknown };
  if ((type === "ping" || type === "pong") && typeof id === "number") return { kind: "pulse", message };
  const result = clientMessageSchema.safeParse(message);
  if (!result.success)
    return { kind: "answer", bytes: bytesOf([complaint(type, id, result.error.issues[0])]) };
  const { data } = result;
  return data.type === "hello" ? { kind: "hello", hello: data } : { kind: "command", command: data };
}

function complaint(
  type: unknown,
  id: unknown,
  issue: { path: PropertyKey[]; message: string } | undefined,
): ServerMessage {
  const known = TYPES.has(type);
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  const said = known
    ? refusal(
        "BAD_MESSAGE",
        `a ${type} is not as it should be${where}: ${issue?.message}`,
        "see the protocol",
      )
    : refusal(
        "UNKNOWN_TYPE",
        "the server knows no message of that type",
        `it knows ${[...TYPES].join(", ")}`,
      );
  return { type: "error", ...(typeof id === "string" && id.length <= 64 && { id }), ...said };
}
