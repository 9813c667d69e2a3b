import { monitorEventLoopDelay } from "node:perf_hooks";
import { visible } from "@ipc-playground/sockets";
import { LIMITS } from "../limits.ts";
import { textRefusal } from "../protocol/text.ts";
import type { ChatServer } from "./chat-server.ts";
import { ENDINGS, type Ending } from "./counters.ts";

/** What the operator may type, as `help` tells it. */
export const CONSOLE_COMMANDS = [
  { usage: "who", says: "who is here, from where, in which rooms, since when" },
  { usage: "rooms", says: "the rooms there are" },
  { usage: "kick NAME [REASON]", says: "send somebody off the server" },
  { usage: "say TEXT", says: "tell everybody" },
  { usage: "limits", says: "every limit, as it is set" },
  { usage: "stats", says: "what was counted so far" },
  { usage: "shutdown", says: "tell everybody, let what is queued flow out, and stop; exit does the same" },
  { usage: "help", says: "this list" },
] as const;

const NS_PER_MS = 1e6;
/** How often it is looked at how late the event loop is. */
const LOOK_EVERY_MS = 20;

/** Answers what the operator of a server types. */
export class OperatorConsole implements Disposable {
  readonly #server: ChatServer;
  readonly #shutDown: () => void;
  readonly #delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });

  constructor(server: ChatServer, shutDown: () => void) {
    this.#server = server;
    this.#shutDown = shutDown;
    this.#delay.enable();
  }

  /** What to print in answer to that line. */
  answer(line: string): string {
    const [, word = "", rest = ""] = /^\s*\/?(\S*)\s*(.*)$/.exec(line) ?? [];
    switch (word) {
      case "":
        return "";
      case "who":
        return this.#who();
      case "rooms":
        return this.#rooms();
      case "kick":
        return this.#kick(rest);
      case "say":
        return this.#say(rest);
      case "limits":
        return this.#limits();
      case "stats":
        return this.#stats();
      case "shutdown":
      case "exit":
      case "quit":
        this.#shutDown();
        return "";
      case "help":
        return table(CONSOLE_COMMANDS.map(({ usage, says }) => [usage, says]));
      default:
        return `there is no command ${JSON.stringify(visible(word))}; help lists them`;
    }
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }

  #who(): string {
    const people = this.#server.people();
    if (people.length === 0) return "nobody is here";
    return table(
      people.map(({ nick, from, door, rooms, since }) => [
        nick,
        from,
        door,
        `since ${new Date(since).toISOString().slice(11, 19)} UTC`,
        rooms.join(", "),
      ]),
    );
  }

  #rooms(): string {
    return table(this.#server.rooms().map(({ room, count, topic }) => [room, String(count), visible(topic)]));
  }

  #kick(rest: string): string {
    const [, nick = "", reason = ""] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
    if (nick === "") return "write kick NAME [REASON]";
    return this.#server.kick(nick, reason)
      ? `${nick} is gone`
      : `nobody is called ${visible(nick)}; who lists them`;
  }

  #say(text: string): string {
    const bad = textRefusal(text, this.#server.limits.textBytes);
    if (bad !== undefined) return `${bad.fact}; ${bad.nextStep}`;
    this.#server.announce(text);
    return "";
  }

  #limits(): string {
    const { limits } = this.#server;
    return table(
      Object.entries(LIMITS).map(([name, { unit, says }]) => [
        name,
        String(limits[name as keyof typeof LIMITS]),
        unit,
        says,
      ]),
    );
  }

  /** Node counts from one look to the next: on time is not 0 there, but the time between two looks. */
  #lateMs(): number {
    return Math.max(0, this.#delay.percentile(99) / NS_PER_MS - LOOK_EVERY_MS);
  }

  #stats(): string {
    const { counters, sessionCount } = this.#server;
    const { endings, ...counts } = counters;
    const ended = Object.entries(endings).filter(([, count]) => count > 0);
    return table([
      ["sessions now", String(sessionCount)],
      ...Object.entries(counts).map(([name, count]) => [words(name), String(count)]),
      ["event loop late by, p99", `${this.#lateMs().toFixed(1)} ms`],
      ["resident memory", `${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`],
      ...ended.map(([ending, count]) => [`ended: ${ENDINGS[ending as Ending]}`, String(count)]),
    ]);
  }
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Rows in columns; the last column may be of any length. */
function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
