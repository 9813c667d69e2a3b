import { fold } from "../protocol/names.ts";
import type { Position, RoomState, ServerMessage } from "../protocol/server-message.ts";
import { People } from "./people.ts";
import { Positions } from "./positions.ts";

/** What a message of the server changes in the rooms that one is in. */
export interface RoomChanges {
  /** It was seen before: nobody needs to know. */
  readonly repeat: boolean;
  /** Rooms of which messages are lost. */
  readonly gaps: readonly string[];
  /** Rooms in which other people are now, or that one is no longer in. */
  readonly people: readonly string[];
}

const NOTHING: RoomChanges = { repeat: false, gaps: [], people: [] };

/** The rooms that one is in: who else is, and how far one has read. */
export class Rooms {
  readonly #people = new People();
  readonly #positions = new Positions();

  get names(): string[] {
    return this.#people.rooms;
  }

  people(room: string): readonly string[] {
    return this.#people.in(room);
  }

  /** What a hello says of them, to go on where one was. */
  resume(): Record<string, Position> {
    return this.#positions.resume();
  }

  take(message: ServerMessage): RoomChanges {
    switch (message.type) {
      case "welcome":
        return this.#welcome(message.rooms);
      case "room":
        return { ...NOTHING, gaps: this.#enter([message]), people: [message.room] };
      case "message": {
        const sighting = this.#positions.see(message);
        return { ...NOTHING, repeat: sighting === "repeat", gaps: sighting === "gap" ? [message.room] : [] };
      }
      case "joined":
        this.#people.joined(message.room, message.nick);
        return { ...NOTHING, people: [message.room] };
      case "left":
        this.#people.left(message.room, message.nick);
        return { ...NOTHING, people: [message.room] };
      case "renamed":
        return { ...NOTHING, people: this.#people.renamed(message.from, message.to) };
      case "kicked":
        return this.#leave(message.room);
      case "done":
        return this.#leave(message.left);
      default:
        return NOTHING;
    }
  }

  /** Rooms that it does not name are those one is no longer in. */
  #welcome(states: readonly RoomState[]): RoomChanges {
    const here = new Set(states.map(({ room }) => fold(room)));
    const gone = this.names.filter((room) => !here.has(fold(room)));
    for (const room of gone) this.#leave(room);
    return { ...NOTHING, gaps: this.#enter(states), people: [...gone, ...states.map(({ room }) => room)] };
  }

  /** Returns those with a gap. */
  #enter(states: readonly RoomState[]): string[] {
    for (const { room, people } of states) this.#people.enter(room, people);
    return states.filter((state) => this.#positions.enter(state)).map(({ room }) => room);
  }

  #leave(room: string | undefined): RoomChanges {
    if (room === undefined) return NOTHING;
    this.#people.leave(room);
    this.#positions.leave(room);
    return { ...NOTHING, people: [room] };
  }
}
