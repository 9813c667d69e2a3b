import type { Limits } from "../limits.ts";
import { fold } from "../protocol/names.ts";
import { History } from "./history.ts";
import type { Person, Visitor } from "./person.ts";
import { Repeats } from "./repeats.ts";
import { Room } from "./room.ts";

export interface CoreOptions {
  /** What the server calls itself. */
  name: string;
  limits: Limits;
  /** Something nobody has had and nobody can guess: tokens and epochs. */
  newId: () => string;
  /** The room that everybody begins in. */
  lobby: string;
}

/** A token that a client made up is as good as ours, if nobody can guess it. */
const LEAST_TOKEN_CHARS = 20;

/** Who is there, and where. */
export class State<S> {
  readonly options: CoreOptions;
  readonly lobby: Room<S>;
  /** By folded nickname. */
  readonly people = new Map<string, Person<S>>();
  readonly bySession = new Map<S, Person<S>>();
  readonly byToken = new Map<string, Person<S>>();
  /** By folded name. */
  readonly rooms = new Map<string, Room<S>>();
  /** Cut off, in the order in which they will be given up. */
  readonly awaited = new Set<Person<S>>();

  constructor(options: CoreOptions) {
    this.options = options;
    this.lobby = this.openRoom(options.lobby, true);
  }

  addPerson(
    { nick, token }: { nick: string; token?: string | undefined },
    session: S,
    visitor: Visitor,
    now: number,
  ): Person<S> {
    const { newId, limits } = this.options;
    const person: Person<S> = {
      nick,
      token: token !== undefined && token.length >= LEAST_TOKEN_CHARS ? token : newId(),
      session,
      visitor,
      since: now,
      rooms: new Map(),
      repeats: new Repeats(limits.repeatMs),
      awaitedUntil: 0,
    };
    this.people.set(fold(nick), person);
    this.byToken.set(person.token, person);
    this.bySession.set(session, person);
    return person;
  }

  removePerson(person: Person<S>): void {
    this.people.delete(fold(person.nick));
    this.byToken.delete(person.token);
    this.awaited.delete(person);
    if (person.session !== undefined) this.bySession.delete(person.session);
  }

  openRoom(name: string, isLobby = false): Room<S> {
    const { newId, limits } = this.options;
    const history = new History(limits.historyMessages, limits.historyBytes);
    const room = new Room<S>(name, newId(), history, isLobby);
    this.rooms.set(fold(name), room);
    return room;
  }

  /** An empty room vanishes, and its history with it. */
  dropIfDeserted(room: Room<S>): void {
    if (room.isDeserted) this.rooms.delete(fold(room.name));
  }

  nicksIn(room: Room<S>): string[] {
    return Array.from(room.sessions, (session) => (this.bySession.get(session) as Person<S>).nick);
  }
}
