import type { BothUsages, BroadcastRun } from "../job.ts";
import { nowNs } from "./clock.ts";

const NS_PER_MS = 1e6;
const TENTHS = 10;

/** How long to go on sending: by the clock, or for exactly so many messages. */
export type Until = { ms: number } | { messages: number };

/** What happens to one sender's messages, run after run: how many may be sent, when each was everywhere. */
export class Course {
  /** Messages that were sent, and those of them that everybody has: of all runs. */
  sent = 0;
  arrived = 0;
  readonly #sentAtNs: Float64Array;
  #window = 1;
  #first = 0;
  #last = 0;
  #startNs = 0;
  #stopNs = 0;
  #endNs = 0;
  #latencyNs: number[] = [];
  #tenths: number[] = [];

  /** @param most The largest window. */
  constructor(most: number) {
    this.#sentAtNs = new Float64Array(most);
  }

  begin(window: number, until: Until): void {
    const timed = "ms" in until;
    this.#window = window;
    this.#first = this.sent;
    this.#last = timed ? Number.POSITIVE_INFINITY : this.sent + until.messages;
    this.#latencyNs = [];
    this.#tenths = timed ? new Array<number>(TENTHS + 1).fill(0) : [];
    this.#startNs = nowNs();
    this.#stopNs = timed ? this.#startNs + until.ms * NS_PER_MS : Number.POSITIVE_INFINITY;
  }

  get isUnderWay(): boolean {
    return this.arrived < this.sent;
  }

  /** How many messages the window has room for. */
  room(now: number): number {
    if (now >= this.#stopNs) return 0;
    return Math.min(this.arrived + this.#window, this.#last) - this.sent;
  }

  /** One more is written now. */
  send(now: number): void {
    this.#sentAtNs[this.sent % this.#sentAtNs.length] = now;
    this.sent++;
  }

  /** Everybody has so many by now. */
  arrive(messages: number, now: number): void {
    if (this.#tenths.length > 0) {
      const share = (now - this.#startNs) / (this.#stopNs - this.#startNs);
      const tenth = Math.min(TENTHS, Math.floor(share * TENTHS));
      (this.#tenths[tenth] as number) += messages - this.arrived;
    }
    for (; this.arrived < messages; this.arrived++) {
      this.#latencyNs.push(now - (this.#sentAtNs[this.arrived % this.#sentAtNs.length] as number));
    }
    this.#endNs = now;
  }

  result(receivers: number, usage: BothUsages): BroadcastRun {
    const messages = this.sent - this.#first;
    return {
      window: this.#window,
      messages,
      deliveries: messages * receivers,
      ns: this.#endNs - this.#startNs,
      latencyNs: this.#latencyNs,
      tenths: this.#tenths,
      usage,
    };
  }
}
