import { type Chance, type Effect, type People, refuse, tell, textRefusal } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Tells everybody who is in the room. In no room that is nobody, and whoever asked waits for an answer. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, word, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (word?.toLowerCase() !== "me") return right(people, nick, line, chance);
  const why = textRefusal(rest);
  return why === undefined ? tell(people.companyOf(nick), `* ${nick} ${rest}`) : refuse(nick, why);
}
