import { fold } from "../protocol/names.ts";
import type { Editor } from "./editor.ts";

/** What can be completed, the likeliest first. */
export interface Known {
  /** With their slash. */
  commands: readonly string[];
  nicks: readonly string[];
  rooms: readonly string[];
}

/** A word that is being completed: every further Tab shows the next candidate. */
export interface Completion {
  readonly before: string;
  readonly after: string;
  readonly candidates: readonly string[];
  /** What follows the word. */
  readonly suffix: string;
  readonly at: number;
}

/** Commands whose first word is a room, and those whose first word is a person. */
const OF_ROOMS = /^\/(join|leave|list|who)$/i;
const OF_NICKS = /^\/(whisper|w|msg|kick)$/i;

/** Complete the word before the cursor. `undefined`: nothing begins like that. */
export function complete({ text, cursor }: Editor, known: Known): Completion | undefined {
  const word = /\S*$/.exec(text.slice(0, cursor))?.[0] ?? "";
  const before = text.slice(0, cursor - word.length);
  const { names, suffix } = offered(before, word, known);
  const candidates = names.filter((name) => fold(name).startsWith(fold(word)));
  if (candidates.length === 0) return undefined;
  return { before, after: text.slice(cursor), candidates, suffix, at: 0 };
}

export function next(completion: Completion, step: 1 | -1): Completion {
  const { candidates, at } = completion;
  return { ...completion, at: (at + step + candidates.length) % candidates.length };
}

/** The input line with the candidate in it. */
export function completed({ before, after, candidates, suffix, at }: Completion): Editor {
  const head = `${before}${candidates[at]}${suffix}`;
  // A space that is there already is not doubled.
  const tail = suffix.endsWith(" ") && after.startsWith(" ") ? after.slice(1) : after;
  return { text: head + tail, cursor: head.length };
}

function offered(before: string, word: string, { commands, nicks, rooms }: Known) {
  if (before === "") {
    // "ana: …" speaks to ana.
    return word.startsWith("/") ? { names: commands, suffix: " " } : { names: nicks, suffix: ": " };
  }
  const command = /^(\/\S+)\s+$/.exec(before)?.[1] ?? "";
  if (OF_ROOMS.test(command)) return { names: rooms, suffix: "" };
  if (OF_NICKS.test(command)) return { names: nicks, suffix: " " };
  return { names: nicks, suffix: " " };
}
