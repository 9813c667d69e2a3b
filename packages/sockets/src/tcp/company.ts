import type { Duplex } from "node:stream";
import type { JsonMessage } from "@ipc-playground/framing";
import { type Clock, systemClock } from "./clock.ts";
import { drained } from "./goodbye.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";

export interface CompanyOptions extends HeartbeatOptions {
  /** Milliseconds between two broadcasts of the status; 0: none. Default: 0. */
  statusEveryMs?: number;
  /** Milliseconds that a member who is told of the shutdown has to take it. Default: 2 s. */
  farewellMs?: number;
}

/** What a server says of itself: the answer to `{ "type": "status" }`, and the broadcast. */
export interface Status {
  type: "status";
  upMs: number;
  members: number;
  /** Members that have not answered a ping. */
  doubtful: number;
}

/**
 * The streams of a server's clients, each with a heartbeat: answers `{ "type": "status" }`, sends its status
 * to all of them from time to time, and tells them when the server is about to go.
 */
export class Company implements Disposable {
  readonly #options: CompanyOptions;
  readonly #clock: Clock;
  readonly #since: number;
  readonly #members = new Map<Duplex, Heartbeat>();
  #callOff: () => void = () => {};

  constructor(options: CompanyOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#since = this.#clock.now();
    this.#schedule();
  }

  /** Take in the framed stream of a client, until it closes. */
  add(stream: Duplex): Heartbeat {
    const heartbeat = new Heartbeat(stream, this.#options);
    this.#members.set(stream, heartbeat);
    stream.once("close", () => this.#members.delete(stream));
    return heartbeat;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Show it every message of a member. `true`: it was for the heartbeat or for the status, and is dealt with. */
  take(stream: Duplex, message: JsonMessage): boolean {
    if (this.#members.get(stream)?.take(message)) return true;
    if (typeof message !== "object" || !("type" in message) || message.type !== "status") return false;
    if (!stream.writableNeedDrain) stream.write(this.status());
    return true;
  }

  status(): Status {
    const doubtful = [...this.#members.values()].filter(({ unanswered }) => unanswered > 0).length;
    return { type: "status", upMs: this.#clock.now() - this.#since, members: this.#members.size, doubtful };
  }

  /** Send to all who are not behind: what a slow reader is told late is no news, and would pile up. */
  broadcast(message: object): void {
    for (const stream of this.#members.keys()) if (!stream.writableNeedDrain) stream.write(message);
  }

  /**
   * Tell all of them that the server is going, and when to come back: `{ "type": "shutdown", "backInMs": N }`,
   * then end their streams. Returns when all have taken it, or `farewellMs` have passed.
   */
  async shutdown(backInMs: number): Promise<void> {
    this[Symbol.dispose]();
    const members = [...this.#members.keys()];
    const { farewellMs = 2_000 } = this.#options;
    for (const stream of members) stream.write({ type: "shutdown", backInMs });
    let callOff = () => {};
    const late = new Promise<void>((resolve) => {
      callOff = this.#clock.after(farewellMs, resolve);
    });
    await Promise.race([late, Promise.all(members.map(drained))]);
    callOff();
    for (const stream of members) stream.end();
  }

  [Symbol.dispose](): void {
    this.#callOff();
    for (const heartbeat of this.#members.values()) heartbeat.stop();
  }

  #schedule(): void {
    const { statusEveryMs = 0 } = this.#options;
    if (statusEveryMs === 0) return;
    this.#callOff = this.#clock.after(statusEveryMs, () => {
      this.broadcast(this.status());
      this.#schedule();
    });
  }
}
