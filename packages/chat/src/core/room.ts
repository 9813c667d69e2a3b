import type { Position, RoomState, ServerMessageOf } from "../protocol/server-message.ts";
import type { History } from "./history.ts";
import type { Person } from "./person.ts";

/** A room: who is in it, and what was said last. */
export class Room<S> {
  readonly name: string;
  /** Made up when the room is opened. The same name later, or after a restart, is another history. */
  readonly epoch: string;
  /** The room that everybody begins in: nobody owns it, and it never vanishes. */
  readonly isLobby: boolean;
  readonly history: History;
  /** Who is in, in the order in which they came. */
  readonly sessions = new Set<S>();
  /** Who was cut off, and may be back. */
  readonly awaited = new Set<Person<S>>();
  owner: Person<S> | undefined;
  topic = "";
  seq = 0;

  constructor(name: string, epoch: string, history: History, isLobby: boolean) {
    this.name = name;
    this.epoch = epoch;
    this.history = history;
    this.isLobby = isLobby;
  }

  /** Number a message, and keep it. */
  add(from: string, text: string, at: number): ServerMessageOf<"message"> {
    const { name: room, epoch } = this;
    const message = { type: "message", room, epoch, seq: ++this.seq, from, text, at } as const;
    this.history.add(message);
    return message;
  }

  /** What somebody who was there until `position` has missed. */
  missed([epoch, seq]: Position): { messages: readonly ServerMessageOf<"message">[]; complete: boolean } {
    if (epoch === this.epoch) return this.history.since(seq, this.seq);
    const { messages } = this.history.since(0, this.seq);
    return { messages, complete: false };
  }

  state(people: string[], recovered?: boolean): RoomState {
    return {
      room: this.name,
      epoch: this.epoch,
      seq: this.seq,
      topic: this.topic,
      owner: this.owner?.nick ?? null,
      people,
      ...(recovered !== undefined && { recovered }),
    };
  }

  get isDeserted(): boolean {
    return !this.isLobby && this.sessions.size === 0 && this.awaited.size === 0;
  }
}
