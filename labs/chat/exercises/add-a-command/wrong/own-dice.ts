import type { Chance, Effect, People } from "../chat.ts";
import { carryOut as right } from "../solution.ts";

/** Brings dice of its own: nobody can foresee what it does, a test included. */
export function carryOut(people: People, nick: string, line: string, _chance: Chance): Effect[] {
  return right(people, nick, line, Math.random);
}
