import fc from "fast-check";
import { expect, test } from "vitest";
import type { Command } from "../../src/protocol/client-message.ts";
import type { Position } from "../../src/protocol/server-message.ts";
import { Chat, FRAMES, LINES, type Told } from "./chat.ts";
import { brief, HISTORY, REPEAT_MS, Reference, ROOMS_PER_USER } from "./reference.ts";
import { Replica } from "./replica.ts";

/** One client program: its connection, its token, and how much of each room (by its name in lower case) it has seen. */
interface Device {
  session: string | undefined;
  token: string | undefined;
  replica: Replica;
  positions: Map<string, Position>;
}

type Wanted = [room: string, position: [number, number] | undefined];

/** The core, the reference, and clients between them. */
class World {
  readonly chat = new Chat({
    historyMessages: HISTORY,
    repeatMs: REPEAT_MS,
    roomsPerUser: ROOMS_PER_USER,
  });
  readonly reference = new Reference();
  readonly devices: Device[] = Array.from({ length: 4 }, () => ({
    session: undefined,
    token: undefined,
    replica: new Replica(),
    positions: new Map(),
  }));
  /** Whose person is known by which token. */
  readonly #tokens = new Map<string, Reference["people"][number]>();
  /** The lobby's epoch is the first id that the core asks for. */
  readonly #numbers = new Map([["id1", 1]]);
  #sessions = 0;

  enter(device: Device, nick: string, rooms: string[] | undefined, again: boolean, lines: boolean): void {
    const { token } = device;
    const known = again && token !== undefined ? this.#tokens.get(token) : undefined;
    // A device drops its connection before it makes another, unless it comes back as itself.
    if (device.session !== undefined && known === undefined) this.gone(device);
    const session = `s${++this.#sessions}`;
    const resume = again ? Object.fromEntries(device.positions) : {};
    const told = this.chat.enter(
      session,
      {
        nick,
        ...(again && token !== undefined && { token }),
        ...(rooms !== undefined && { rooms }),
        resume,
      },
      lines ? LINES : FRAMES,
    );
    const alive = known !== undefined && this.reference.people.includes(known) ? known : undefined;
    const wanted = Object.entries(resume).map(([room, position]): Wanted => [room, this.#numbered(position)]);
    for (const room of rooms ?? (wanted.length === 0 ? ["lobby"] : []))
      if (!wanted.some(([other]) => key(other) === key(room))) wanted.push([room, undefined]);
    const expected = this.reference.of(() => this.reference.enter(session, alive, nick, !lines, wanted));
    const welcome = told.to(session).find(({ type }) => type === "welcome");
    if (welcome?.type === "welcome") {
      device.token = welcome.token;
      this.#tokens.set(welcome.token, this.reference.person(session) as never);
      Object.assign(device, { session, replica: new Replica() });
    }
    this.#compare(told, expected, again ? device.positions : undefined);
  }

  ask(device: Device, command: Command, model: (me: Reference["people"][number]) => void): void {
    const { session } = device;
    const me = this.reference.person(session);
    if (session === undefined || me === undefined) return;
    const told = this.chat.ask(session, command);
    this.#compare(
      told,
      this.reference.of(() => model(me)),
      device.positions,
    );
  }

  join(device: Device, room: string, again: boolean): void {
    const resume = again ? device.positions.get(key(room)) : undefined;
    this.ask(device, { type: "join", room, ...(resume !== undefined && { resume }) }, (me) =>
      this.reference.join(me, room, this.#numbered(resume)),
    );
  }

  gone(device: Device): void {
    const me = this.reference.person(device.session);
    if (device.session === undefined || me === undefined) return;
    const told = this.chat.gone(device.session);
    device.session = undefined;
    this.#compare(
      told,
      this.reference.of(() => this.reference.gone(me, this.chat.now)),
    );
  }

  expel(nick: string): void {
    const { reference } = this;
    const person = reference.people.find((one) => one.nick.toLowerCase() === nick.toLowerCase());
    const told = this.chat.expel(nick);
    expect(told === undefined).toBe(person === undefined);
    if (told === undefined || person === undefined) return;
    this.#compare(
      told,
      reference.of(() => {
        reference.tell(person.session, "kicked off operator");
        reference.tell(person.session, "ended");
        reference.depart(person, "kicked by the operator");
      }),
    );
  }

  pass(ms: number): void {
    const told = this.chat.pass(ms);
    this.#compare(
      told,
      this.reference.of(() => this.reference.tick(this.chat.now)),
    );
  }

  #numbered(position: Position): [number, number];
  #numbered(position: Position | undefined): [number, number] | undefined;
  #numbered(position: Position | undefined): [number, number] | undefined {
    return position && [this.#number(position[0]), position[1]];
  }

  #number(epoch: string | undefined): number {
    const known = this.#numbers.get(epoch as string) ?? this.#numbers.size + 1;
    this.#numbers.set(epoch as string, known);
    return known;
  }

  #compare(
    told: Told,
    expected: Map<string, string[]>,
    positions: ReadonlyMap<string, Position> = new Map(),
  ): void {
    const heard = new Map<string, string[]>();
    for (const [session, messages] of told.bySession)
      heard.set(
        session,
        messages.map((message) => brief(message, (epoch) => this.#number(epoch))),
      );
    for (const { session } of told.ended) heard.set(session, [...(heard.get(session) ?? []), "ended"]);
    const sorted = (map: Map<string, string[]>) =>
      [...map].map(([session, lines]) => [session, ...lines.toSorted()]).toSorted();
    expect(sorted(heard)).toEqual(sorted(expected));
    this.#follow(told, positions);
    this.#consistent();
  }

  /** The clients take what they were told, in the order in which it came. */
  #follow(told: Told, positions: ReadonlyMap<string, Position>): void {
    for (const device of this.devices) {
      if (device.session === undefined) continue;
      for (const message of told.to(device.session)) device.replica.take(message, positions);
      if (told.ended.some(({ session }) => session === device.session)) device.session = undefined;
    }
  }

  /** The core's maps agree with the reference, and with what each client knows. */
  #consistent(): void {
    const { core } = this.chat;
    const { rooms, people } = this.reference;
    const online = people.filter(({ session }) => session !== undefined);
    expect(core.rooms().toSorted(byRoom)).toEqual(
      rooms.map(({ name, here, topic }) => ({ room: name, count: here.length, topic })).toSorted(byRoom),
    );
    expect([core.online, core.awaited]).toEqual([online.length, people.length - online.length]);
    for (const { session, replica, positions } of this.devices) {
      if (session === undefined) continue;
      const me = this.reference.person(session);
      expect([replica.nick, [...replica.rooms.keys()].sort()]).toEqual([
        me?.nick,
        me?.rooms.map(({ name }) => name).sort(),
      ]);
      for (const room of me?.rooms ?? []) {
        const view = replica.rooms.get(room.name);
        expect([...(view?.people ?? [])].sort()).toEqual(room.here.map(({ nick }) => nick).sort());
        expect([view?.owner, view?.topic]).toEqual([room.owner?.nick ?? null, room.topic]);
        if (view?.seq === undefined) continue;
        expect(view.seq).toBe(room.log.length);
        positions.set(key(room.name), [view.epoch, view.seq]);
      }
    }
  }
}

const key = (room: string) => room.toLowerCase().replace("#", "");
const byRoom = (a: { room: string }, b: { room: string }) => (a.room < b.room ? -1 : 1);

const device = fc.nat(3);
const nick = fc.constantFrom("ana", "ben", "Ben", "cat", "9cat");
const room = fc.constantFrom("lobby", "Lobby", "books", "#Books", "tea", "art", "no room");
const id = fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined });
const text = fc.constantFrom("hi", "yes");

type Act = (world: World) => void;
const act = <T>(arbitrary: fc.Arbitrary<T>, name: string, run: (world: World, given: T) => void) =>
  arbitrary.map((given): Act & { toString(): string } =>
    Object.assign((world: World) => run(world, given), {
      toString: () => `${name} ${JSON.stringify(given)}`,
    }),
  );

const acts = fc.oneof(
  {
    weight: 4,
    arbitrary: act(
      fc.tuple(
        device,
        nick,
        fc.option(fc.array(room, { maxLength: 4 }), { nil: undefined }),
        fc.boolean(),
        fc.boolean(),
      ),
      "enter",
      (world, [d, n, rooms, again, lines]) => world.enter(world.devices[d] as Device, n, rooms, again, lines),
    ),
  },
  {
    weight: 6,
    arbitrary: act(fc.tuple(device, room, text, id), "say", (world, [d, r, t, i]) =>
      world.ask(world.devices[d] as Device, { type: "say", room: r, text: t, ...(i && { id: i }) }, (me) =>
        world.reference.say(me, r, t, i, world.chat.now),
      ),
    ),
  },
  act(fc.tuple(device, nick, text, id), "whisper", (world, [d, n, t, i]) =>
    world.ask(world.devices[d] as Device, { type: "whisper", to: n, text: t, ...(i && { id: i }) }, (me) =>
      world.reference.whisper(me, n, t, i, world.chat.now),
    ),
  ),
  act(fc.tuple(device, nick), "nick", (world, [d, n]) =>
    world.ask(world.devices[d] as Device, { type: "nick", id: "n", nick: n }, (me) =>
      world.reference.nick(me, n),
    ),
  ),
  {
    weight: 3,
    arbitrary: act(fc.tuple(device, room, fc.boolean()), "join", (world, [d, r, again]) =>
      world.join(world.devices[d] as Device, r, again),
    ),
  },
  act(fc.tuple(device, room), "leave", (world, [d, r]) =>
    world.ask(world.devices[d] as Device, { type: "leave", room: r }, (me) => world.reference.leave(me, r)),
  ),
  act(fc.tuple(device, room, text), "topic", (world, [d, r, t]) =>
    world.ask(world.devices[d] as Device, { type: "topic", id: "t", room: r, topic: t }, (me) =>
      world.reference.topic(me, r, t),
    ),
  ),
  act(fc.tuple(device, room, nick), "kick", (world, [d, r, n]) =>
    world.ask(world.devices[d] as Device, { type: "kick", id: "k", room: r, nick: n }, (me) =>
      world.reference.kick(me, r, n),
    ),
  ),
  act(device, "people", (world, d) =>
    world.ask(world.devices[d] as Device, { type: "people" }, (me) => world.reference.list(me)),
  ),
  act(device, "quit", (world, d) =>
    world.ask(world.devices[d] as Device, { type: "quit" }, (me) => {
      world.reference.tell(me.session, "ended");
      world.reference.depart(me, "quit");
    }),
  ),
  { weight: 2, arbitrary: act(device, "gone", (world, d) => world.gone(world.devices[d] as Device)) },
  act(nick, "expel", (world, n) => world.expel(n)),
  act(fc.constantFrom(0, 1, 499, 500, 1_000), "pass", (world, ms) => world.pass(ms)),
);

test("whatever people do, everybody hears what a simple reference says, and knows from it who is where", () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 80, size: "max" }), (all) => {
      const world = new World();
      for (const one of all) one(world);
    }),
    { numRuns: 150 },
  );
});
