import { type Chance, type Effect, type People, refuse, tell, textRefusal } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Looks for its command before anything else does, and finds it in /members, too. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  if (!line.toLowerCase().startsWith("/me")) return right(people, nick, line, chance);
  const text = line.slice("/me".length).trim();
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const why = textRefusal(text);
  return why === undefined ? tell(company, `* ${nick} ${text}`) : refuse(nick, why);
}
