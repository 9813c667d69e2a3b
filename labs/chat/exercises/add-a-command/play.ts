import type { Effect } from "./chat.ts";

/** Who is where when a play begins. */
export const CAST: Record<string, string | undefined> = {
  ana: "lobby",
  ben: "lobby",
  cleo: "attic",
  dan: undefined,
  eve: undefined,
};

/** A line that somebody types, and what is due. */
export interface Step {
  nick: string;
  line: string;
  /** What chance gives, one after the other. */
  chances?: readonly number[];
  /** Who has to hear which lines; everybody else nothing. */
  due: Record<string, readonly string[]> | "refused";
}

/** What there was before. */
export const OTHERS: readonly Step[] = [
  { nick: "ana", line: "hello /me", due: { ben: ["<ana> hello /me"] } },
  { nick: "ana", line: "/members", due: { ana: ["-- lobby: ana, ben"] } },
  { nick: "dan", line: "/whisper cleo psst", due: { cleo: ["[dan] psst"] } },
  { nick: "cleo", line: "/w dan what?", due: { dan: ["[cleo] what?"] } },
  { nick: "dan", line: "/join attic", due: { cleo: ["-- dan joined attic"], dan: ["-- dan joined attic"] } },
  { nick: "ben", line: "/leave", due: { ana: ["-- ben left lobby"], ben: ["-- ben left lobby"] } },
  refused("ben", "hello?"),
  refused("ana", "/mean people"),
  refused("ana", "/rollercoaster"),
];

export function inLobby(line: string): Record<string, string[]> {
  return { ana: [line], ben: [line] };
}

export function refused(nick: string, line: string): Step {
  return { nick, line, due: "refused" };
}

/** What is not as it should be, in words; empty: nothing. */
export function mismatch({ nick, line, chances, due }: Step, effects: readonly Effect[]): string {
  const where = CAST[nick] === undefined ? " (in no room)" : "";
  const given = chances === undefined ? "" : ` (chance gave ${chances.join(", ")})`;
  for (const person of Object.keys(CAST)) {
    const heard = effects.filter(({ to }) => to === person).map((effect) => effect.line);
    const wanted = due === "refused" ? (person === nick ? undefined : []) : (due[person] ?? []);
    const isRight =
      wanted === undefined ? heard.length === 1 && heard[0]?.startsWith("! ") : told(heard) === told(wanted);
    if (isRight) continue;
    return `${nick}${where} typed ${JSON.stringify(line)}${given}: ${person} heard ${told(heard)}, where ${wanted === undefined ? "a refusal" : told(wanted)} was due`;
  }
  const stranger = effects.find(({ to }) => !(to in CAST));
  return stranger === undefined
    ? ""
    : `${nick} typed ${JSON.stringify(line)}: "${stranger.to}" was told, who is nobody`;
}

export function told(lines: readonly string[]): string {
  return lines.map((line) => JSON.stringify(line)).join(", ") || "nothing";
}
