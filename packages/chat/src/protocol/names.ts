import { type Refusal, refusal } from "./refusal.ts";

/** Nicknames and rooms: a letter, then letters, digits, `_` and `-`. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Names that would let somebody pass for the server, or that a command could not tell from everybody. */
export const RESERVED: readonly string[] = [
  "admin",
  "all",
  "everybody",
  "everyone",
  "nobody",
  "operator",
  "root",
  "server",
  "system",
];

/** What two names that differ in case only have in common. */
export function fold(name: string): string {
  return name.toLowerCase();
}

/** `undefined`: it is a nickname. */
export function nickRefusal(nick: string, most: number): Refusal | undefined {
  const rule = brokenRule(nick, most);
  if (rule === undefined && !RESERVED.includes(fold(nick))) return undefined;
  return refusal(
    "BAD_NICK",
    `${quoted(nick)} is no nickname: ${rule ?? "it is reserved"}`,
    "choose another: a letter, then letters, digits, _ and -",
  );
}

/** `undefined`: it is a room's name. */
export function roomRefusal(room: string, most: number): Refusal | undefined {
  const rule = brokenRule(room, most);
  if (rule === undefined) return undefined;
  return refusal(
    "BAD_ROOM",
    `${quoted(room)} is no name for a room: ${rule}`,
    "choose another: a letter, then letters, digits, _ and -",
  );
}

/** `#lobby` is what some people write for `lobby`. */
export function plainRoom(room: string): string {
  return room.startsWith("#") ? room.slice(1) : room;
}

function brokenRule(name: string, most: number): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > most) return `it has ${name.length} characters, and at most ${most} are taken`;
  if (!/^[A-Za-z]/.test(name)) return "it does not begin with a letter from A to Z";
  return NAME.test(name) ? undefined : "it has other characters than letters, digits, _ and -";
}

/** A stranger's name in a sentence: short, and harmless in a terminal. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}
