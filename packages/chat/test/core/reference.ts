import type { ServerMessage } from "../../src/protocol/server-message.ts";

export const HISTORY = 4;
export const REPEAT_MS = 1_000;
export const ROOMS_PER_USER = 3;

interface Person {
  nick: string;
  session: string | undefined;
  resumable: boolean;
  rooms: Room[];
  awaitedUntil: number;
  acks: Map<string, { said: string; at: number }>;
}

interface Room {
  name: string;
  /** The how manieth room that was ever opened: what an epoch stands for. */
  number: number;
  topic: string;
  owner: Person | undefined;
  here: Person[];
  awaited: Person[];
  log: string[];
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const without = <T>(list: T[], one: T) => list.filter((other) => other !== one);
const isName = (name: string) => /^[a-z][a-z0-9_-]*$/i.test(name);

/**
 * The room core once more, by lists and loops and in the simplest way: what everybody hears, as short texts. It
 * decides nothing about texts and names, which have tests of their own.
 */
export class Reference {
  people: Person[] = [];
  rooms: Room[] = [];
  heard = new Map<string, string[]>();
  #opened = 0;
  readonly #lobby: Room;

  constructor() {
    this.#lobby = this.#open("lobby", undefined);
  }

  /** What each session hears by one command. */
  of(command: () => void): Map<string, string[]> {
    this.heard = new Map();
    command();
    return this.heard;
  }

  person(session: string | undefined): Person | undefined {
    return session === undefined ? undefined : this.people.find((person) => person.session === session);
  }

  room(name: string): Room | undefined {
    return this.rooms.find((room) => same(room.name, name));
  }

  enter(
    session: string,
    known: Person | undefined,
    nick: string,
    resumable: boolean,
    wanted: readonly (readonly [room: string, position: [number, number] | undefined])[],
  ) {
    if (known === undefined) {
      if (!isName(nick)) return this.#tell(session, "error BAD_NICK");
      if (this.people.some((person) => same(person.nick, nick)))
        return this.#tell(session, "error NICK_TAKEN");
    }
    const person = known ?? this.#born(nick);
    if (person.session !== undefined) {
      for (const room of person.rooms) room.here = [...without(room.here, person), person];
      this.#tell(person.session, "ended");
    }
    Object.assign(person, { session, resumable, awaitedUntil: 0 });
    const states: string[] = [];
    const entered: Room[] = [];
    for (const [name, position] of wanted) {
      const found = this.#goInto(person, name, position);
      if (found === undefined) continue;
      states.push(found.state);
      entered.push(found.room);
    }
    for (const room of person.rooms) if (!entered.includes(room)) this.#leave(person, room, "left");
    this.#tell(session, `welcome ${person.nick} ${this.#online().length} [${states.join("; ")}]`);
  }

  say(person: Person, roomName: string, text: string, id: string | undefined, now: number): void {
    if (this.#isRepeat(person, id, now)) return;
    const room = this.#roomOf(person, roomName);
    if (room === undefined) return;
    room.log.push(`${room.log.length + 1} ${person.nick} ${text}`);
    const line = `message ${room.number} ${room.log.at(-1)}`;
    for (const listener of room.here) this.#tell(listener.session, line);
    this.#acknowledge(person, id, `ack ${id} ${room.number} ${room.log.length}`, now);
  }

  whisper(person: Person, to: string, text: string, id: string | undefined, now: number) {
    if (this.#isRepeat(person, id, now)) return;
    const hearer = this.#online().find(({ nick }) => same(nick, to));
    if (hearer === undefined) return this.#tell(person.session, "error NO_SUCH_PERSON");
    this.#tell(hearer.session, `whisper ${person.nick} ${hearer.nick} ${text}`);
    this.#acknowledge(person, id, `ack ${id}`, now);
  }

  nick(person: Person, to: string) {
    if (!isName(to)) return this.#tell(person.session, "error BAD_NICK");
    const holder = this.people.find(({ nick }) => same(nick, to));
    if (holder !== undefined && holder !== person) return this.#tell(person.session, "error NICK_TAKEN");
    const listeners = new Set([person, ...person.rooms.flatMap(({ here }) => here)]);
    for (const listener of listeners) this.#tell(listener.session, `renamed ${person.nick} ${to}`);
    person.nick = to;
    this.#tell(person.session, "done");
  }

  join(person: Person, name: string, position: [number, number] | undefined): void {
    const entered = this.#goInto(person, name, position);
    if (entered !== undefined) this.#tell(person.session, `room ${entered.state}`);
  }

  leave(person: Person, name: string): void {
    const room = this.#roomOf(person, name);
    if (room === undefined) return;
    this.#leave(person, room, "left");
    this.#tell(person.session, `done left ${room.name}`);
  }

  topic(person: Person, name: string, topic: string) {
    const room = this.#roomOf(person, name);
    if (room === undefined) return;
    if (room !== this.#lobby && room.owner !== person) return this.#tell(person.session, "error NOT_OWNER");
    room.topic = topic;
    for (const listener of room.here)
      this.#tell(listener.session, `topic ${room.name} ${topic} ${person.nick}`);
    this.#tell(person.session, "done");
  }

  kick(person: Person, name: string, nick: string) {
    const room = this.#roomOf(person, name);
    if (room === undefined) return;
    if (room.owner !== person) return this.#tell(person.session, "error NOT_OWNER");
    const kicked = this.people.find((other) => same(other.nick, nick) && other.rooms.includes(room));
    if (kicked === undefined) return this.#tell(person.session, "error NO_SUCH_PERSON");
    this.#tell(kicked.session, `kicked ${room.name} ${person.nick}`);
    this.#leave(kicked, room, `kicked by ${person.nick}`);
    this.#tell(person.session, "done");
  }

  list(person: Person): void {
    const people = this.#online().map(({ nick, rooms }) => `${nick} ${rooms.map(({ name }) => name)}`);
    this.#tell(person.session, `people ${people.sort().join("; ")}`);
  }

  depart(person: Person, reason: string): void {
    for (const room of [...person.rooms]) this.#leave(person, room, reason);
    this.people = without(this.people, person);
  }

  gone(person: Person, now: number) {
    if (!person.resumable) return this.depart(person, "lost");
    for (const room of person.rooms) {
      room.here = without(room.here, person);
      room.awaited.push(person);
      this.#tellLeft(room, person, "lost");
    }
    person.session = undefined;
    person.awaitedUntil = now + REPEAT_MS;
  }

  tick(now: number): void {
    const late = this.people.filter(
      ({ session, awaitedUntil }) => session === undefined && awaitedUntil <= now,
    );
    for (const person of late.sort((a, b) => a.awaitedUntil - b.awaitedUntil)) this.depart(person, "");
  }

  tell(session: string | undefined, what: string): void {
    this.#tell(session, what);
  }

  #tell(session: string | undefined, what: string): void {
    if (session !== undefined) this.heard.set(session, [...(this.heard.get(session) ?? []), what]);
  }

  #online(): Person[] {
    return this.people.filter(({ session }) => session !== undefined);
  }

  #born(nick: string): Person {
    const person = { nick, session: undefined, resumable: true, rooms: [], awaitedUntil: 0, acks: new Map() };
    this.people.push(person);
    return person;
  }

  #open(name: string, owner: Person | undefined): Room {
    const number = ++this.#opened;
    const room: Room = { name, number, topic: "", owner, here: [], awaited: [], log: [] };
    this.rooms.push(room);
    return room;
  }

  #goInto(person: Person, name: string, position: [number, number] | undefined) {
    const plain = name.replace(/^#/, "");
    const refuse = (code: string) => this.#tell(person.session, `error ${code}`);
    if (!isName(plain)) return void refuse("BAD_ROOM");
    const found = this.room(plain);
    const isIn = found !== undefined && person.rooms.includes(found);
    if (!isIn && person.rooms.length >= ROOMS_PER_USER) return void refuse("TOO_MANY_ROOMS");
    const room = found ?? this.#open(plain, person);
    if (!room.here.includes(person)) {
      for (const other of room.here)
        this.#tell(other.session, `joined ${room.name} ${person.nick} ${room.here.length + 1}`);
      room.here.push(person);
    }
    room.awaited = without(room.awaited, person);
    if (!isIn) person.rooms.push(room);
    const recovered = position === undefined ? "" : this.#recover(person, room, position);
    const state = `${room.name} ${room.number} ${room.log.length} ${room.owner?.nick} ${room.topic}`;
    return { room, state: `${state} (${room.here.map(({ nick }) => nick).join(" ")})${recovered}` };
  }

  #recover(person: Person, room: Room, [number, seq]: [number, number]): string {
    const missed = number === room.number ? room.log.slice(seq) : room.log;
    for (const line of missed.slice(-HISTORY)) this.#tell(person.session, `message ${room.number} ${line}`);
    return ` ${number === room.number && missed.length <= HISTORY}`;
  }

  #leave(person: Person, room: Room, reason: string): void {
    const wasHere = room.here.includes(person);
    room.here = without(room.here, person);
    room.awaited = without(room.awaited, person);
    person.rooms = without(person.rooms, room);
    if (wasHere) this.#tellLeft(room, person, reason);
    if (room.owner === person) {
      room.owner = room.here[0] ?? room.awaited[0];
      for (const { session } of room.here) this.#tell(session, `owner ${room.name} ${room.owner?.nick}`);
    }
    const isEmpty = room.here.length + room.awaited.length === 0;
    if (isEmpty && room !== this.#lobby) this.rooms = without(this.rooms, room);
  }

  #tellLeft(room: Room, person: Person, reason: string): void {
    for (const { session } of room.here)
      this.#tell(session, `left ${room.name} ${person.nick} ${room.here.length} ${reason}`);
  }

  #roomOf(person: Person, name: string): Room | undefined {
    const room = this.room(name.replace(/^#/, ""));
    if (room !== undefined && person.rooms.includes(room)) return room;
    this.#tell(person.session, `error ${room === undefined ? "NO_SUCH_ROOM" : "NOT_IN_ROOM"}`);
    return undefined;
  }

  #isRepeat(person: Person, id: string | undefined, now: number): boolean {
    const known = id === undefined ? undefined : person.acks.get(id);
    if (known === undefined || now - known.at >= REPEAT_MS) return false;
    this.#tell(person.session, `${known.said} repeat`);
    return true;
  }

  #acknowledge(person: Person, id: string | undefined, said: string, now: number): void {
    if (id === undefined) return;
    person.acks.set(id, { said, at: now });
    this.#tell(person.session, said);
  }
}

/** A message of the core as the reference would write it. `number`: of the room with that epoch. */
export function brief(message: ServerMessage, number: (epoch: string | undefined) => number): string {
  switch (message.type) {
    case "welcome": {
      const states = message.rooms.map((state) => stateText(state, number));
      return `welcome ${message.nick} ${message.online} [${states.join("; ")}]`;
    }
    case "room":
      return `room ${stateText(message, number)}`;
    case "message":
      return `message ${number(message.epoch)} ${message.seq} ${message.from} ${message.text}`;
    case "ack": {
      const where = message.room === undefined ? "" : ` ${number(message.epoch)} ${message.seq}`;
      return `ack ${message.id}${where}${message.repeat ? " repeat" : ""}`;
    }
    case "whisper":
      return `whisper ${message.from} ${message.to} ${message.text}`;
    case "joined":
      return `joined ${message.room} ${message.nick} ${message.count}`;
    case "left":
      return `left ${message.room} ${message.nick} ${message.count} ${message.reason}`;
    case "renamed":
      return `renamed ${message.from} ${message.to}`;
    case "topic":
      return `topic ${message.room} ${message.topic} ${message.by}`;
    case "owner":
      return `owner ${message.room} ${message.nick}`;
    case "kicked":
      return `kicked ${message.room ?? "off"} ${message.by}`;
    case "people":
      return `people ${message.people
        .map(({ nick, rooms }) => `${nick} ${rooms}`)
        .sort()
        .join("; ")}`;
    case "done":
      return message.left === undefined ? "done" : `done left ${message.left}`;
    case "error":
      return `error ${message.code}`;
    default:
      return message.type;
  }
}

function stateText(
  state: {
    room: string;
    epoch: string;
    seq: number;
    owner: string | null;
    topic: string;
    people: string[];
    recovered?: boolean;
  },
  number: (epoch: string) => number,
): string {
  const { room, epoch, seq, owner, topic, people, recovered } = state;
  const text = `${room} ${number(epoch)} ${seq} ${owner ?? undefined} ${topic} (${people.join(" ")})`;
  return recovered === undefined ? text : `${text} ${recovered}`;
}
