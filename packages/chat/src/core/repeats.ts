import type { ServerMessageOf } from "../protocol/server-message.ts";

type Ack = ServerMessageOf<"ack">;

/** More of one person's ids are not remembered, however fast they come. */
const MOST = 4_096;

/**
 * The acknowledgements that one person got, for as long as the message might be sent again: a client that was
 * cut off cannot know whether its last messages arrived.
 */
export class Repeats {
  readonly #forMs: number;
  /** By id, the oldest first, as a Map keeps them. */
  readonly #acks = new Map<string, { ack: Ack; at: number }>();

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** The answer that this message had, if it was there before. */
  find(id: string, now: number): Ack | undefined {
    this.#forget(now);
    return this.#acks.get(id)?.ack;
  }

  remember(ack: Ack, now: number): void {
    this.#acks.set(ack.id, { ack, at: now });
    this.#forget(now);
  }

  #forget(now: number): void {
    for (const [id, { at }] of this.#acks) {
      if (now - at < this.#forMs && this.#acks.size <= MOST) return;
      this.#acks.delete(id);
    }
  }
}
