import type { Request } from "./door.ts";

/** Commands that make the server work more than a message does count as so many. */
const WEIGHTS: Readonly<Record<string, number>> = {
  people: 2,
  rooms: 2,
  kick: 3,
  nick: 2,
  join: 2,
  topic: 2,
};

/** A ping is answered at once, and is not a way to keep the server busy for nothing. */
const PULSE_WEIGHT = 0.25;

export function weightOf(request: Request): number {
  if (request.kind === "pulse") return PULSE_WEIGHT;
  return request.kind === "command" ? (WEIGHTS[request.command.type] ?? 1) : 1;
}

/**
 * A bucket of tokens that fills at a steady rate up to a brim: who has been quiet may say several things at
 * once, and nobody more in the long run than the rate. Time in milliseconds.
 */
export class TokenBucket {
  readonly #brim: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number;

  constructor(brim: number, perSecond: number, now: number) {
    this.#brim = brim;
    this.#perMs = perSecond / 1_000;
    this.#tokens = brim;
    this.#at = now;
  }

  /** How long to wait for the next command: 0, it may be carried out now. A heavy one leaves a debt. */
  waitMs(now: number): number {
    this.#tokens = Math.min(this.#brim, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    return this.#tokens > 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs) + 1;
  }

  take(weight: number): void {
    this.#tokens -= weight;
  }
}
