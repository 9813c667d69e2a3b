import { lines } from "@ipc-playground/framing";
import { type Cuttable, frameDeadline } from "@ipc-playground/sockets";
import type { Limits } from "../limits.ts";
import { PROTOCOL_VERSION } from "../protocol/client-message.ts";
import { LINE_COMMANDS, readLine } from "../protocol/line-commands.ts";
import { wordsOf } from "../protocol/line-words.ts";
import type { ServerMessage } from "../protocol/server-message.ts";
import type { FrontDoor, Request, Visit } from "./door.ts";

/** Plain lines, for `nc`, `telnet` and everything that can write a line. The first one is the nickname. */
export const lineDoor: FrontDoor = {
  name: "lines",
  opens: () => true,
  resumable: false,
  echoes: false,
  hasPulse: false,
  encode: bytesOf,
  visit: (stream, limits) => new LineVisit(stream, limits),
};

/**
 * Characters that are encoded at once. V8 joins longer texts in pages that are fresh each time, and the kernel's
 * handing them out takes five times as long as the encoding.
 */
const PIECE = 16_384;

function bytesOf(messages: readonly ServerMessage[], here: boolean): Uint8Array {
  const pieces: Uint8Array[] = [];
  let text = "";
  for (const message of messages) {
    const words = wordsOf(message, here);
    if (words === null) continue;
    text += `${words}\n`;
    if (text.length < PIECE) continue;
    pieces.push(Buffer.from(text));
    text = "";
  }
  if (pieces.length === 0) return Buffer.from(text);
  return Buffer.concat([...pieces, Buffer.from(text)]);
}

const HELP = Buffer.from(LINE_COMMANDS.map(({ usage, says }) => `* ${usage.padEnd(20)} ${says}\n`).join(""));

/** One codec serves all connections of a server. */
const codecs = new WeakMap<Limits, ReturnType<typeof lines>>();

function codecFor(limits: Limits): ReturnType<typeof lines> {
  const codec = codecs.get(limits) ?? lines({ max: limits.frameBytes, eof: "emit" });
  codecs.set(limits, codec);
  return codec;
}

class LineVisit implements Visit {
  readonly #lines: ReturnType<ReturnType<typeof lines>["decoder"]>;
  /** What the next line is. */
  #expected: "nick" | "password" | "talk" = "nick";
  #nick = "";
  /** The rooms this one is in; what is typed goes to the last. */
  #rooms: string[] = [];

  constructor(stream: Cuttable, limits: Limits) {
    this.#lines = frameDeadline(stream, codecFor(limits), { withinMs: limits.frameMs }).decoder();
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** The last line may lack its line feed. */
  end(): void {
    this.#lines.end();
  }

  next(): Request | null {
    for (;;) {
      const line = this.#lines.next();
      if (line === null) return null;
      // An empty line is what an impatient finger sends.
      if (line.trim() !== "") return this.#requestOf(line);
    }
  }

  encode(message: ServerMessage): Uint8Array {
    this.#follow(message);
    if (message.type === "error" && message.code === "BAD_PASSWORD" && message.final !== true) {
      return Buffer.from(`* Password?\n`);
    }
    return bytesOf([message], "room" in message && message.room !== undefined && this.isHere(message.room));
  }

  isHere(room: string): boolean {
    return this.#rooms.at(-1) === room;
  }

  #requestOf(line: string): Request {
    if (this.#expected === "talk") return this.#talk(line);
    if (this.#expected === "nick") {
      // "/nick ana" is what somebody types who knows other chats.
      this.#nick = line.replace(/^\/nick\s+/i, "").trim();
      return { kind: "hello", hello: { type: "hello", version: PROTOCOL_VERSION, nick: this.#nick } };
    }
    const hello = { type: "hello", version: PROTOCOL_VERSION, nick: this.#nick, password: line } as const;
    return { kind: "hello", hello };
  }

  #talk(line: string): Request {
    const request = readLine(line, this.#rooms.at(-1));
    if ("code" in request) return { kind: "answer", bytes: bytesOf([{ type: "error", ...request }], true) };
    if (request.type !== "help") return { kind: "command", command: request };
    return { kind: "answer", bytes: HELP };
  }

  /** Keep up with where this one is. */
  #follow(message: ServerMessage): void {
    if (message.type === "welcome") {
      this.#expected = "talk";
      this.#rooms = message.rooms.map(({ room }) => room);
    } else if (message.type === "room") {
      this.#rooms = [...this.#without(message.room), message.room];
    } else if (message.type === "done" && message.left !== undefined) {
      this.#rooms = this.#without(message.left);
    } else if (message.type === "kicked" && message.room !== undefined) {
      this.#rooms = this.#without(message.room);
    } else if (message.type === "error" && this.#expected !== "talk") {
      this.#expected = message.code === "BAD_PASSWORD" ? "password" : "nick";
    }
  }

  #without(room: string): string[] {
    return this.#rooms.filter((name) => name !== room);
  }
}
