import { type Chance, type Effect, type People, refuse, tell, textRefusal } from "./chat.ts";

/** So many dice may be rolled at once, with so many sides at the most. */
const MOST_DICE = 20;
const MOST_SIDES = 1_000;

/**
 * Carry out a line that somebody typed: who is told what? It knows no sockets, no clock and no dice: what it
 * does follows from what is passed in. `chance` is for what nobody is to foresee.
 */
export function carryOut(people: People, nick: string, line: string, chance: Chance): Effect[] {
  const [, word, rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  switch (word?.toLowerCase()) {
    case undefined:
      return say(people, nick, line);
    case "join":
      return join(people, nick, rest.trim());
    case "leave":
      return leave(people, nick);
    case "members":
      return members(people, nick);
    case "w":
    case "whisper":
      return whisper(people, nick, rest);
    case "me":
      return me(people, nick, rest);
    case "roll":
      return roll(people, nick, rest.trim(), chance);
    default:
      return refuse(nick, `there is no command /${word}`);
  }
}

/** People see what they type themselves; the others are told. */
function say(people: People, nick: string, text: string): Effect[] {
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const why = textRefusal(text);
  if (why !== undefined) return refuse(nick, why);
  return tell(
    company.filter((other) => other !== nick),
    `<${nick}> ${text}`,
  );
}

function join(people: People, nick: string, room: string): Effect[] {
  if (!/^[a-z][a-z0-9-]*$/.test(room)) return refuse(nick, "that is no name for a room");
  if (people.roomOf(nick) === room) return refuse(nick, "you are there");
  const left = people.roomOf(nick) === undefined ? [] : leave(people, nick);
  people.move(nick, room);
  return [...left, ...tell(people.companyOf(nick), `-- ${nick} joined ${room}`)];
}

function leave(people: People, nick: string): Effect[] {
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const told = tell(company, `-- ${nick} left ${people.roomOf(nick)}`);
  people.move(nick, undefined);
  return told;
}

function members(people: People, nick: string): Effect[] {
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  return tell([nick], `-- ${people.roomOf(nick)}: ${company.join(", ")}`);
}

/** Room or not: it goes to one person. */
function whisper(people: People, nick: string, rest: string): Effect[] {
  const [, to = "", text = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  if (!people.has(to)) return refuse(nick, "nobody is called that");
  const why = textRefusal(text);
  return why === undefined ? tell([to], `[${nick}] ${text}`) : refuse(nick, why);
}

/** Everybody in the room is told, oneself included: what was typed does not read like what is said. */
function me(people: People, nick: string, text: string): Effect[] {
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const why = textRefusal(text);
  return why === undefined ? tell(company, `* ${nick} ${text}`) : refuse(nick, why);
}

function roll(people: People, nick: string, dice: string, chance: Chance): Effect[] {
  const company = people.companyOf(nick);
  if (company.length === 0) return refuse(nick, "you are in no room");
  const [, count = 0, sides = 0] = (/^(\d+)d(\d+)$/i.exec(dice === "" ? "1d6" : dice) ?? []).map(Number);
  // Before the first one falls: a billion dice would keep everybody waiting.
  if (count < 1 || count > MOST_DICE) return refuse(nick, `roll 1 to ${MOST_DICE} dice, such as 2d6`);
  if (sides < 2 || sides > MOST_SIDES) return refuse(nick, `a die has 2 to ${MOST_SIDES} sides`);
  const points = Array.from({ length: count }, () => 1 + Math.floor(chance() * sides));
  const sum = points.reduce((a, b) => a + b);
  // One line for all of them: everybody sees the same dice.
  return tell(company, `* ${nick} rolls ${count}d${sides}: ${points.join(" + ")} = ${sum}`);
}
