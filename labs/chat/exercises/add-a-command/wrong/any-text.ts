import { type Chance, type Effect, type People, refuse, tell } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Takes it that a text is a line: the door cuts at every line end. Another door may not. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, word, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (word?.toLowerCase() !== "me") return right(people, nick, line, chance);
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  return rest === "" ? refuse(nick, "there is no text") : tell(company, `* ${nick} ${rest}`);
}
