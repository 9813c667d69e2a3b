import type { Command } from "./client-message.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** A command of the line door, as `/help` tells it. Both clients know these too. */
export const LINE_COMMANDS = [
  { usage: "/help", says: "this list" },
  { usage: "/nick NAME", says: "be called otherwise" },
  { usage: "/list [ROOM]", says: "who is here, from where, in which rooms, since when" },
  { usage: "/rooms", says: "the rooms there are" },
  { usage: "/join ROOM", says: "go into a room, or open it; what you type goes there" },
  { usage: "/leave [ROOM]", says: "leave a room" },
  { usage: "/whisper NAME TEXT", says: "say something to one person; /w does the same" },
  { usage: "/topic TEXT", says: "what the room is about; - for nothing" },
  { usage: "/kick NAME [REASON]", says: "send somebody out of a room that is yours" },
  { usage: "/quit [REASON]", says: "go" },
] as const;

/** What a line asks for; `help`: the list above. */
export type LineRequest = Command | { type: "help" } | Refusal;

/** Read a line that was typed in a room. `here`: that room; `undefined`: in none. */
export function readLine(line: string, here: string | undefined): LineRequest {
  if (!line.startsWith("/")) return say(line, here);
  // "//etc/passwd" says "/etc/passwd".
  if (line.startsWith("//")) return say(line.slice(1), here);
  const [, word = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  const [first = "", more = ""] = split(rest);
  switch (word.toLowerCase()) {
    case "help":
      return { type: "help" };
    case "nick":
      return first === "" ? lacking("/nick NAME") : { type: "nick", nick: first };
    case "list":
    case "who":
      return first === "" ? { type: "people" } : { type: "people", room: first };
    case "rooms":
      return { type: "rooms" };
    case "join":
      return first === "" ? lacking("/join ROOM") : { type: "join", room: first };
    case "leave":
      return inRoom(first || here, (room) => ({ type: "leave", room }));
    case "w":
    case "whisper":
    case "msg":
      return more === "" ? lacking("/whisper NAME TEXT") : { type: "whisper", to: first, text: more };
    case "topic":
      if (first === "") return lacking("/topic TEXT, or /topic - for none; /rooms says what it is");
      return inRoom(here, (room) => ({ type: "topic", room, topic: rest.trim() === "-" ? "" : rest.trim() }));
    case "kick":
      if (first === "") return lacking("/kick NAME [REASON]");
      return inRoom(here, (room) => ({ type: "kick", room, nick: first, reason: more }));
    case "quit":
    case "exit":
      return { type: "quit", reason: rest.trim() };
    default:
      return refusal("UNKNOWN_TYPE", `there is no command /${word.slice(0, 40)}`, "/help lists them");
  }
}

function say(text: string, here: string | undefined): LineRequest {
  return inRoom(here, (room) => ({ type: "say", room, text }));
}

function inRoom(room: string | undefined, command: (room: string) => Command): LineRequest {
  if (room !== undefined) return command(room);
  return refusal("NOT_IN_ROOM", "you are in no room", "go into one: /join ROOM");
}

function lacking(usage: string): Refusal {
  return refusal("BAD_MESSAGE", "something is missing after the command", `write ${usage}`);
}

/** The first word, and what follows it. */
function split(text: string): string[] {
  return /^(\S+)\s*(.*)$/s.exec(text)?.slice(1) ?? [];
}
