import type { ServerMessageOf } from "../protocol/server-message.ts";

type Message = ServerMessageOf<"message">;

/** A message with no text at all still takes memory: its object, counted as so many bytes. */
const BYTES_A_MESSAGE = 200;

/** The last messages of a room: bounded in number and in bytes, so that no room can eat the server. */
export class History {
  readonly #most: number;
  readonly #mostBytes: number;
  /** Those before `#first` were dropped; they are cut off when they are half of the array. */
  #messages: Message[] = [];
  #first = 0;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get length(): number {
    return this.#messages.length - this.#first;
  }

  add(message: Message): void {
    this.#messages.push(message);
    this.#bytes += cost(message);
    while (this.length > this.#most || (this.#bytes > this.#mostBytes && this.length > 0)) this.#dropFirst();
  }

  /** The messages that are kept of those after `seq`, and whether that is all of them. */
  since(seq: number, latest: number): { messages: readonly Message[]; complete: boolean } {
    const missed = Math.max(0, latest - seq);
    const kept = Math.min(missed, this.length);
    return { messages: this.#messages.slice(this.#messages.length - kept), complete: kept === missed };
  }

  #dropFirst(): void {
    this.#bytes -= cost(this.#messages[this.#first] as Message);
    this.#first++;
    if (2 * this.#first < this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#first);
    this.#first = 0;
  }
}

function cost({ text }: Message): number {
  // Two bytes a UTF-16 unit at the most, as it lies in memory.
  return BYTES_A_MESSAGE + 2 * text.length;
}
