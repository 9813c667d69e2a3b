import type { Socket } from "node:net";
import type { Limits } from "../limits.ts";
import type { Counters } from "./counters.ts";

/** What becomes of a reader that is behind. */
export interface Pace {
  /** More than the soft limit waits. */
  behind(): void;
  /** Nothing waits any more. */
  caughtUp(): void;
  /** More than the hard limit waits, or something has waited for too long. */
  tooSlow(reason: string): void;
}

/** What waits for one reader, bounded in bytes and in time. The bytes of a broadcast are shared by all who wait for them. */
export class Outbox {
  readonly #stream: Socket;
  readonly #limits: Limits;
  readonly #counters: Counters;
  readonly #pace: Pace;
  #deadline: NodeJS.Timeout | undefined;

  constructor(stream: Socket, { limits, counters }: { limits: Limits; counters: Counters }, pace: Pace) {
    this.#stream = stream;
    this.#limits = limits;
    this.#counters = counters;
    this.#pace = pace;
    stream.on("drain", () => this.#drained());
  }

  send(bytes: Uint8Array): void {
    // `false` is the exception, and only then is there anything to look at.
    if (!this.#stream.write(bytes)) this.#waits();
  }

  stop(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #waits(): void {
    const queued = this.#stream.writableLength;
    const { softQueueBytes, hardQueueBytes, drainMs } = this.#limits;
    if (queued > this.#counters.queueHighWater) this.#counters.queueHighWater = queued;
    if (queued > hardQueueBytes) {
      this.#pace.tooSlow(`did not read: ${queued} bytes waited`);
      return;
    }
    if (this.#deadline === undefined) {
      this.#counters.stalls++;
      const tooSlow = () => this.#pace.tooSlow(`did not catch up within ${drainMs / 1_000} s`);
      this.#deadline = setTimeout(tooSlow, drainMs);
    }
    if (queued > softQueueBytes) this.#pace.behind();
  }

  #drained(): void {
    this.stop();
    this.#pace.caughtUp();
  }
}
