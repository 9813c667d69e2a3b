import { type Chance, type Effect, type People, refuse, tell } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Rolls what it is asked to roll: /roll 1000000000d6 keeps everybody waiting. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, count, sides] = /^\/roll (\d+)d(\d+)$/i.exec(line) ?? [];
  if (count === undefined || sides === undefined) return right(people, nick, line, chance);
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const points: number[] = [];
  while (points.length < Number(count)) points.push(1 + Math.floor(chance() * Number(sides)));
  const sum = points.reduce((a, b) => a + b, 0);
  return tell(company, `* ${nick} rolls ${count}d${sides}: ${points.join(" + ")} = ${sum}`);
}
