import { fold, plainRoom } from "../protocol/names.ts";
import type { Position, RoomState, ServerMessageOf } from "../protocol/server-message.ts";

interface Place {
  /** As the server writes it. */
  readonly room: string;
  readonly epoch: string;
  seq: number;
  /** History is lost, which was told: the next message need not be the next number. */
  jumps: boolean;
}

/** What a message of a room is to somebody who has seen others: `gap`: there were some in between. */
export type Sighting = "new" | "gap" | "repeat";

/** Where one is in each room's messages: what was seen is dropped, what was missed is noticed. */
export class Positions {
  readonly #places = new Map<string, Place>();

  /** One is in a room, newly or still. Returns whether messages of it are lost. */
  enter({ room, epoch, seq, recovered }: RoomState): boolean {
    const key = roomKey(room);
    const before = this.#places.get(key);
    if (before === undefined) {
      this.#places.set(key, { room, epoch, seq, jumps: false });
      return false;
    }
    const same = before.epoch === epoch;
    if (same && (recovered === true || before.seq === seq)) return false;
    // Messages follow if it was asked for them, even when not all of them are kept.
    const follow = recovered !== undefined;
    const last = same ? before.seq : 0;
    this.#places.set(key, { room, epoch, seq: follow ? last : seq, jumps: true });
    return true;
  }

  see({ room, epoch, seq }: ServerMessageOf<"message">): Sighting {
    const key = roomKey(room);
    const place = this.#places.get(key);
    if (place?.epoch !== epoch) {
      this.#places.set(key, { room, epoch, seq, jumps: false });
      return place === undefined ? "new" : "gap";
    }
    if (seq <= place.seq) return "repeat";
    const isNext = seq === place.seq + 1 || place.jumps;
    place.seq = seq;
    place.jumps = false;
    return isNext ? "new" : "gap";
  }

  leave(room: string): void {
    this.#places.delete(roomKey(room));
  }

  /** For the next hello. */
  resume(): Record<string, Position> {
    const positions = Array.from(this.#places.values(), ({ room, epoch, seq }) => [room, [epoch, seq]]);
    return Object.fromEntries(positions);
  }
}

/** What all ways to write one room have in common. */
export function roomKey(room: string): string {
  return fold(plainRoom(room));
}
