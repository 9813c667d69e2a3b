import { type Chance, type Effect, type People, refuse, tell, textRefusal } from "../chat.ts";
import { carryOut as others } from "../starter.ts";

/** Compares the line as it was typed. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  if (line !== "/me" && !line.startsWith("/me ")) return others(people, nick, line, chance);
  const text = line.slice("/me ".length);
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const why = textRefusal(text);
  return why === undefined ? tell(company, `* ${nick} ${text}`) : refuse(nick, why);
}
