import type { Details } from "@ipc-playground/lab-kit";
import type { ClientMessage } from "../protocol/client-message.ts";
import type { ServerMessage } from "../protocol/server-message.ts";

/** How often each message was written, or read, in this process. */
const times = { write: new Map<string, number>(), read: new Map<string, number>() };

/** Whether it belongs in the picture. That people come in says nothing new there, but when they come back. */
export function isTold(message: ClientMessage | ServerMessage): boolean {
  if (message.type === "hello") return message.resume !== undefined;
  if (message.type === "welcome") return message.rooms.some(({ recovered }) => recovered !== undefined);
  if (message.type === "left") return !["hung up", "the server stopped"].includes(message.reason);
  return !["joined", "done", "ping", "pong"].includes(message.type);
}

/** What is logged of a message that went out or came in, with its arrow. One that is sent twice has two. */
export function told(direction: "write" | "read", message: ClientMessage | ServerMessage): Details {
  const words = wordsFor(message);
  const name = `${message.type} ${words}`;
  const nth = (times[direction].get(name) ?? 0) + 1;
  times[direction].set(name, nth);
  // What was said is the same for everybody, and for who comes back: its number names it.
  return { result: words, flow: ["at" in message ? name : `${name} ${nth}`] };
}

/** A message in the few words that a lane has room for. */
export function wordsFor(message: ClientMessage | ServerMessage): string {
  switch (message.type) {
    case "hello":
      return `hello, ${Object.entries(message.resume ?? {}).map(([room, [, seq]]) => `had ${room} up to ${seq}`)}`;
    case "welcome":
      return `welcome, recovered: ${message.rooms.map(({ recovered }) => recovered)}`;
    case "say":
      return `${message.id === undefined ? "" : `id ${message.id} `}${short(message.text)}`;
    case "message":
      return `${message.seq} <${message.from}> ${short(message.text)}`;
    case "whisper":
      return `${"from" in message ? `[${message.from}]` : `to ${message.to}`} ${short(message.text)}`;
    case "ack":
      return `ack ${message.id}${message.seq === undefined ? "" : ` = ${message.seq}`}${message.repeat ? ", again" : ""}`;
    case "left":
      return `${message.nick} left: ${message.reason}`;
    case "shutdown":
      return `shutdown, back in ${message.backInMs / 1_000} s`;
    case "error":
      return message.code;
    default:
      return message.type;
  }
}

function short(text: string): string {
  return text.length > 40 ? `${text.length} characters` : `"${text}"`;
}
