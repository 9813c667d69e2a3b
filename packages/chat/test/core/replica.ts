import type { Position, RoomState, ServerMessage } from "../../src/protocol/server-message.ts";

interface View {
  people: Set<string>;
  owner: string | null;
  topic: string;
  epoch: string;
  /** Of the last message that was seen; `undefined`: some may be lost, the next one tells. */
  seq: number | undefined;
}

/**
 * What a client knows that looks at nothing but what it was told: as good as what the core knows, or something is
 * not told.
 */
export class Replica {
  nick = "";
  readonly rooms = new Map<string, View>();

  /** @param positions What it said in the hello that it had seen, by room in lower case. */
  take(message: ServerMessage, positions: ReadonlyMap<string, Position>): void {
    switch (message.type) {
      case "welcome":
        this.nick = message.nick;
        for (const state of message.rooms) this.#enter(state, positions);
        break;
      case "room":
        this.#enter(message, positions);
        break;
      case "message":
        this.#hear(message.room, message.epoch, message.seq);
        break;
      case "joined":
        this.#counted(message, this.#view(message.room).people.add(message.nick));
        break;
      case "left":
        this.#view(message.room).people.delete(message.nick);
        this.#counted(message, this.#view(message.room).people);
        break;
      case "owner":
        this.#view(message.room).owner = message.nick;
        break;
      case "topic":
        this.#view(message.room).topic = message.topic;
        break;
      case "renamed":
        this.#rename(message.from, message.to);
        break;
      case "kicked":
        if (message.room !== undefined) this.rooms.delete(message.room);
        break;
      case "done":
        if (message.left !== undefined) this.rooms.delete(message.left);
        break;
    }
  }

  #enter(
    { room, people, owner, topic, epoch, seq, recovered }: RoomState,
    positions: ReadonlyMap<string, Position>,
  ): void {
    const before = positions.get(room.toLowerCase());
    const from = recovered === undefined ? seq : recovered ? before?.[1] : undefined;
    this.rooms.set(room, { people: new Set(people), owner, topic, epoch, seq: from });
  }

  #hear(room: string, epoch: string, seq: number): void {
    const view = this.#view(room);
    if (view.epoch !== epoch) throw new Error(`a message of ${room} in epoch ${epoch}, not ${view.epoch}`);
    if (view.seq !== undefined && seq !== view.seq + 1)
      throw new Error(`message ${seq} of ${room} came after ${view.seq}`);
    view.seq = seq;
  }

  #rename(from: string, to: string): void {
    if (this.nick === from) this.nick = to;
    for (const view of this.rooms.values()) {
      if (view.people.delete(from)) view.people.add(to);
      if (view.owner === from) view.owner = to;
    }
  }

  #counted({ room, count }: { room: string; count: number }, people: Set<string>): void {
    if (people.size !== count) throw new Error(`${room} has ${count} people, and ${[...people]} are known`);
  }

  #view(room: string): View {
    const view = this.rooms.get(room);
    if (view === undefined) throw new Error(`something is told of ${room}, where one is not`);
    return view;
  }
}
