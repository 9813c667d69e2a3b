import type { Watch } from "@ipc-playground/libc";
import type { PosixMessage, Waits } from "./posix-queue.ts";
import type { Listener } from "./sysv-listen.ts";

/**
 * An open POSIX queue on Node's event loop: what both drivers offer, and one suite of tests asks of
 * both. Nothing here puts the thread to sleep.
 */
export interface EventLoopQueue extends Disposable {
  readonly driver: "libc" | "posix-mq";
  readonly queueName: string;
  attributes(): { maxMessages: number; messageBytes: number; currentMessages: number };
  /**
   * Put one message in, if there is room. `false`: the queue is full.
   *
   * @throws {IpcError} MESSAGE_TOO_LONG, BAD_ARGUMENT, ALREADY_CLOSED
   */
  trySend(bytes: Uint8Array, priority?: number): boolean;
  /**
   * Put one message in when there is room, after those that this object was given before. `false`:
   * there was none in time, and the message was not sent.
   *
   * @throws {IpcError} as {@link trySend}, in the promise
   */
  send(bytes: Uint8Array, options?: Waits & { priority?: number }): Promise<boolean>;
  /**
   * Take the oldest message of the highest priority, if there is one.
   *
   * @throws {IpcError} ALREADY_CLOSED
   */
  tryReceive(): PosixMessage | undefined;
  /**
   * Give every message to `onMessage` as it comes, those that are in the queue already included.
   * Keeps the process alive until it is stopped or the queue is closed; both may be done inside
   * `onMessage`. What `onMessage` throws becomes an uncaught exception, and listening goes on.
   * One listener at a time: stop it before the next one.
   *
   * @throws {IpcError} BAD_ARGUMENT: somebody listens already.
   */
  listen(onMessage: (message: PosixMessage) => void): Listener;
  /** Let go of the queue: it and its messages stay. Twice is harmless. */
  close(): void;
}

/** Messages taken before the rest of the event loop gets its turn. */
export const PER_TURN = 64;

/** What a caller's function throws is not the queue's affair. */
export function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

interface Waiting {
  attempt: () => boolean;
  settle: (sent: boolean) => void;
  fail: (error: unknown) => void;
}

/** Sends what does not fit at once later, in order. */
export class Backlog {
  readonly #waiting: Waiting[] = [];
  readonly #whenRoom: (tell: () => void) => Watch;
  #room: Watch | undefined;

  /** @param whenRoom Calls `tell`, again and again or just once in a while, when there may be room. */
  constructor(whenRoom: (tell: () => void) => Watch) {
    this.#whenRoom = whenRoom;
  }

  add(attempt: () => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0 && attempt()) return resolve(true);
      if (withinMs <= 0) return resolve(false);
      let timer: NodeJS.Timeout | undefined;
      const entry: Waiting = {
        attempt,
        settle: (sent) => {
          clearTimeout(timer);
          resolve(sent);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      if (Number.isFinite(withinMs)) timer = setTimeout(() => this.#give(entry), withinMs);
      this.#waiting.push(entry);
      this.#room ??= this.#whenRoom(() => this.#flush());
    });
  }

  /** Nothing more is sent: whoever waits is told so. */
  close(error: unknown): void {
    for (const entry of this.#waiting.splice(0)) entry.fail(error);
    this.#rest();
  }

  #flush(): void {
    for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
      try {
        if (!entry.attempt()) return;
        entry.settle(true);
      } catch (error) {
        entry.fail(error);
      }
      this.#waiting.shift();
    }
    this.#rest();
  }

  /** Its time is up. */
  #give(entry: Waiting): void {
    const place = this.#waiting.indexOf(entry);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    entry.settle(false);
    if (this.#waiting.length === 0) this.#rest();
  }

  #rest(): void {
    this.#room?.stop();
    this.#room = undefined;
  }
}
