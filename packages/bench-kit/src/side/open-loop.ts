import type { EventLoopEndpoint, SyncEndpoint } from "../bench.ts";
import { type Payload, sequenceOf } from "../payload.ts";
import { now } from "./clock.ts";
import type { Timing } from "./driver.ts";

/**
 * Messages one way, each sent when it is due, whether or not the ones before it have arrived: the open
 * loop. Message i is due at the start + i × `periodNs`, and how long it took counts from there. So a stall
 * costs all the messages that were due meanwhile, where a ping-pong would have asked for none of them
 * (coordinated omission, as Gil Tene called it).
 */
export interface Load {
  messages: number;
  /** Whole nanoseconds. */
  periodNs: number;
  /** See {@link Bench.loses}. */
  loses: boolean;
}

/** From the meeting of both sides until the first message is due: the receiver is at its place by then. */
const LEAD_NS = 1_000_000;

/** Busy-waits for each message's time. A send that sleeps makes the following ones late: that is the point. */
export function sendOnTime(
  endpoint: SyncEndpoint,
  message: Uint8Array,
  { messages, periodNs }: Load,
  payload: Payload,
): Timing {
  const start = now() + BigInt(LEAD_NS);
  const period = BigInt(periodNs);
  let due = start;
  for (let i = 0; i < messages; i++) {
    payload.fill(message, i);
    while (now() < due);
    endpoint.send(message);
    due += period;
  }
  return { marks: [start, now()] };
}

/** In each turn of the event loop, sends what is due by then, and leaves the rest of the turn to the others. */
export function sendInTurns(
  endpoint: EventLoopEndpoint,
  size: number,
  { messages, periodNs }: Load,
  payload: Payload,
): Promise<Timing> {
  return new Promise((resolve) => {
    const start = now() + BigInt(LEAD_NS);
    // As many as were ever under way at once: nothing holds this sender back.
    const free: Buffer[] = [];
    let next = 0;
    let gone = 0;
    const send = (buffer: Buffer) => {
      payload.fill(buffer, next++);
      endpoint.send(buffer, () => {
        free.push(buffer);
        if (++gone === messages) resolve({ marks: [start, now()] });
      });
    };
    const turn = () => {
      const due = Math.min(messages, Math.floor(Number(now() - start) / periodNs) + 1);
      while (next < due) send(free.pop() ?? Buffer.alloc(size));
      if (next < messages) setImmediate(turn);
    };
    turn();
  });
}

/** When each message came to its receiver. */
export class Arrivals {
  readonly #start = now();
  readonly #at: Float64Array;
  readonly #loses: boolean;
  #count = 0;

  constructor({ messages, loses }: Load) {
    this.#at = new Float64Array(messages);
    this.#loses = loses;
  }

  /** Returns whether to wait for more: not after the last one, and not once one was lost. */
  take(message: Uint8Array, payload: Payload): boolean {
    const at = Number(now() - this.#start);
    if (this.#loses && sequenceOf(message) !== this.#count) return false;
    payload.verify(message, this.#count);
    this.#at[this.#count++] = at;
    return this.#count < this.#at.length;
  }

  /** `arrivals` are in ns since the first mark; fewer than were sent, if one was lost. */
  timing(): Timing {
    return { marks: [this.#start, now()], arrivals: this.#at.subarray(0, this.#count) };
  }
}
