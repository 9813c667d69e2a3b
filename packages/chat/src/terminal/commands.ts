import { closest, distance } from "fastest-levenshtein";
import { LINE_COMMANDS, type LineRequest, readLine } from "../protocol/line-commands.ts";
import type { Refusal } from "../protocol/refusal.ts";

/** What this client does by itself, besides the commands of the server. */
export const OWN_COMMANDS = [
  { usage: "/status", says: "the connection: round trips, tries, what is not acknowledged" },
  { usage: "/clear", says: "clear the screen; nothing is lost for others" },
] as const;

export const ALL_COMMANDS = [...LINE_COMMANDS.slice(0, -1), ...OWN_COMMANDS, ...LINE_COMMANDS.slice(-1)];

/** What Tab knows. */
export const COMMAND_WORDS: readonly string[] = ALL_COMMANDS.map(
  ({ usage }) => usage.split(" ")[0] as string,
);

/** Longer words are no slip of the finger. */
const LONGEST_SLIP = 20;

/** What was typed, understood. `here`: the room that it is typed in. */
export function readTyped(
  line: string,
  here: string | undefined,
): LineRequest | { type: "status" | "clear" } {
  const word = /^\/([^\s/]*)/.exec(line)?.[1]?.toLowerCase();
  if (word === "status" || word === "clear") return { type: word };
  const request = readLine(line, here);
  return "code" in request && request.code === "UNKNOWN_TYPE" ? withNearest(request, `/${word}`) : request;
}

function withNearest(unknown: Refusal, word: string): Refusal {
  if (word.length > LONGEST_SLIP) return unknown;
  const near = closest(word, COMMAND_WORDS);
  // Two letters that changed places are a distance of 2.
  if (distance(word, near) > 2) return unknown;
  return { ...unknown, nextStep: `did you mean ${near}? /help lists them all` };
}
