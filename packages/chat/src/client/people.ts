import { fold } from "../protocol/names.ts";
import { roomKey } from "./positions.ts";

interface Room {
  /** As the server writes it. */
  readonly name: string;
  nicks: readonly string[];
}

/** Who is in each room that one is in, in the order in which they came. */
export class People {
  readonly #rooms = new Map<string, Room>();

  get rooms(): string[] {
    return Array.from(this.#rooms.values(), ({ name }) => name);
  }

  in(room: string): readonly string[] {
    return this.#rooms.get(roomKey(room))?.nicks ?? [];
  }

  enter(name: string, nicks: readonly string[]): void {
    this.#rooms.set(roomKey(name), { name, nicks });
  }

  leave(name: string): void {
    this.#rooms.delete(roomKey(name));
  }

  joined(name: string, nick: string): void {
    this.#change(name, (nicks) => [...nicks.filter((other) => !isSame(other, nick)), nick]);
  }

  left(name: string, nick: string): void {
    this.#change(name, (nicks) => nicks.filter((other) => !isSame(other, nick)));
  }

  /** Returns the rooms in which that changes something. */
  renamed(from: string, to: string): string[] {
    const rooms = this.rooms.filter((room) => this.in(room).some((nick) => isSame(nick, from)));
    for (const room of rooms) {
      this.#change(room, (nicks) => nicks.map((nick) => (isSame(nick, from) ? to : nick)));
    }
    return rooms;
  }

  #change(name: string, change: (nicks: readonly string[]) => string[]): void {
    const room = this.#rooms.get(roomKey(name));
    if (room !== undefined) room.nicks = change(room.nicks);
  }
}

function isSame(nick: string, other: string): boolean {
  return fold(nick) === fold(other);
}
