import { type Chance, type Effect, type People, refuse } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Makes the line anew for each who is told. Every one of them is a fair roll. */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, word, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (word?.toLowerCase() !== "roll") return right(people, nick, line, chance);
  const company = people.companyOf(nick);
  const [, count = 0, sides = 0] = (/^(\d+)d(\d+)$/i.exec(rest || "1d6") ?? []).map(Number);
  if (company.length === 0 || count < 1 || count > 20 || sides < 2 || sides > 1_000) {
    return refuse(nick, "that cannot be rolled here");
  }
  return company.map((to) => {
    const points = Array.from({ length: count }, () => 1 + Math.floor(chance() * sides));
    const sum = points.reduce((a, b) => a + b);
    return { to, line: `* ${nick} rolls ${count}d${sides}: ${points.join(" + ")} = ${sum}` };
  });
}
