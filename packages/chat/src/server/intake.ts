import type { Socket } from "node:net";
import type { Limits } from "../limits.ts";
import type { Request } from "./door.ts";
import { TokenBucket, weightOf } from "./flood.ts";

/** Reasons for which requests wait. Bits: there may be several at a time. */
const FLOOD = 1;
export const BEHIND = 2;
export const GREETING = 4;

/** Whose requests they are. */
export interface Requester {
  readonly isOver: boolean;
  /** The next request that has come in whole. */
  next(): Request | null;
  carryOut(request: Request): void;
  /** Everything that was said has been carried out, and nothing more will be said. */
  done(): void;
  /** {@link next} or {@link carryOut} has thrown. */
  broken(error: unknown): void;
}

/**
 * Carries out what one connection asks for, one by one, and no faster than the limits allow. While it may not go
 * on, the stream is not read, and TCP tells the other side.
 */
export class Intake {
  readonly #stream: Socket;
  readonly #requester: Requester;
  readonly #onFlood: () => void;
  readonly #bucket: TokenBucket;
  #holds = 0;
  /** The next request, while it has to wait for its turn. */
  #waiting: Request | undefined;
  /** Whether the other side has said all that it will. */
  #heardAll = false;
  #floodTimer: NodeJS.Timeout | undefined;

  /** @param onFlood Is told of each time that the requests came too fast. */
  constructor(stream: Socket, requester: Requester, limits: Limits, onFlood: () => void) {
    this.#stream = stream;
    this.#requester = requester;
    this.#onFlood = onFlood;
    this.#bucket = new TokenBucket(limits.commandBurst, limits.commandsPerSecond, performance.now());
  }

  /** Carry out what has come, as far as that may go on now. */
  work(): void {
    const requester = this.#requester;
    try {
      while (this.#holds === 0 && !requester.isOver) {
        if (this.#next() || this.#holds !== 0) continue;
        if (this.#heardAll) requester.done();
        return;
      }
    } catch (error) {
      requester.broken(error);
    }
  }

  /** No more will come: what has come is carried out all the same. */
  end(): void {
    this.#heardAll = true;
    this.work();
  }

  hold(reason: number): void {
    this.#holds |= reason;
    this.#stream.pause();
  }

  release(reason: number): void {
    if ((this.#holds & reason) === 0) return;
    this.#holds &= ~reason;
    if (!this.#goesOn) return;
    // What came before it was held is in the decoder; only then may more come.
    this.work();
    if (this.#goesOn) this.#stream.resume();
  }

  stop(): void {
    clearTimeout(this.#floodTimer);
  }

  get #goesOn(): boolean {
    return this.#holds === 0 && !this.#requester.isOver;
  }

  /** Carry out one request. `false`: there is none, or it must wait. */
  #next(): boolean {
    const request = this.#waiting ?? this.#requester.next();
    if (request === null) return false;
    const wait = this.#bucket.waitMs(performance.now());
    if (wait > 0) {
      this.#waiting = request;
      this.#flooded(wait);
      return false;
    }
    this.#waiting = undefined;
    this.#bucket.take(weightOf(request));
    this.#requester.carryOut(request);
    return true;
  }

  /** Not an error: it is read more slowly. */
  #flooded(ms: number): void {
    this.#onFlood();
    this.hold(FLOOD);
    this.#floodTimer = setTimeout(() => this.release(FLOOD), ms);
  }
}
