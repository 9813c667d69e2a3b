import { type Chance, type Effect, type People, refuse, tell, textRefusal } from "../chat.ts";
import { carryOut as others } from "../starter.ts";

/** Answers whoever typed the command, as /members does. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, word, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (word?.toLowerCase() !== "me") return others(people, nick, line, chance);
  if (people.roomOf(nick) === undefined) return refuse(nick, "you are in no room");
  const why = textRefusal(rest);
  return why === undefined ? tell([nick], `* ${nick} ${rest}`) : refuse(nick, why);
}
