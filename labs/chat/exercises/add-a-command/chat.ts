/** What the core asks whoever runs it to do: tell that person this line. */
export interface Effect {
  readonly to: string;
  readonly line: string;
}

/** A number from 0 up to, and not including, 1, another one each time. `Math.random` is one such. */
export type Chance = () => number;

/** Tell each of them. */
export function tell(to: readonly string[], line: string): Effect[] {
  return to.map((nick) => ({ to: nick, line }));
}

/** Refuse what somebody asked for: nobody else hears of it. */
export function refuse(nick: string, why: string): Effect[] {
  return tell([nick], `! ${why}`);
}

/** The C0 control characters but TAB, and DEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** Why this text cannot be said to others, or `undefined`: it can. */
export function textRefusal(text: string): string | undefined {
  if (text === "") return "there is no text";
  // With a line end in it, one text would be two lines, and the second could be anybody's.
  return CONTROL.test(text) ? "the text has a control character" : undefined;
}

/** Who is here, and where. */
export class People {
  /** The room of each person, by nickname. `undefined`: in none. */
  readonly #rooms = new Map<string, string | undefined>();

  add(nick: string): void {
    this.#rooms.set(nick, undefined);
  }

  remove(nick: string): void {
    this.#rooms.delete(nick);
  }

  has(nick: string): boolean {
    return this.#rooms.has(nick);
  }

  roomOf(nick: string): string | undefined {
    return this.#rooms.get(nick);
  }

  move(nick: string, room: string | undefined): void {
    this.#rooms.set(nick, room);
  }

  /** Everybody in the room that this one is in, oneself included. Empty: in no room. */
  companyOf(nick: string): string[] {
    const room = this.#rooms.get(nick);
    if (room === undefined) return [];
    return [...this.#rooms.keys()].filter((other) => this.#rooms.get(other) === room);
  }
}
