import {
  checkMapped,
  type FutexOptions,
  LOOK_AGAIN_MS,
  sleep,
  sleepInPool,
  wakeOne,
  wordsAt,
} from "./futex-word.ts";
import { SEM_VALUE_MAX } from "./limits.ts";
import { checkValue, overflow } from "./posix-errors.ts";
import { waitInSlices } from "./wait-async.ts";
import {
  type AsyncWaits,
  deadlineOf,
  type Held,
  holdBy,
  INTERRUPTED,
  leftUntil,
  type Semaphore,
  TAKEN,
  TIMED_OUT,
  type WaitResult,
  type Waits,
  WOULD_BLOCK,
  waitMs,
} from "./waits.ts";

/** So many Int32s does a {@link FutexSemaphore} take: its value, and how many sleep. */
export const FUTEX_SEMAPHORE_WORDS = 2;
const VALUE = 0;
const SLEEPERS = 1;

/**
 * Set up a semaphore in two Int32s of shared memory. Once, before anybody uses it.
 *
 * @throws {IpcError} BAD_ARGUMENT, SEMAPHORE_LIMIT
 */
export function placeFutexSemaphore(words: Int32Array, value: number, index = 0): FutexSemaphore {
  checkValue(value);
  const place = wordsAt(words, index, FUTEX_SEMAPHORE_WORDS);
  Atomics.store(place, SLEEPERS, 0);
  Atomics.store(place, VALUE, value);
  return new FutexSemaphore(words, index);
}

/**
 * A counting semaphore for processes on two Int32s of shared memory. What can be done at once takes
 * no system call: a compare-and-exchange on the value.
 *
 * Why no wake-up is lost. wait() writes SLEEPERS, then reads VALUE, inside the kernel, which compares
 * and goes to sleep in one step; post() writes VALUE, then reads SLEEPERS. Atomics are sequentially
 * consistent, so at least one of the two reads sees the other's write: either the kernel finds that the
 * value is not 0 and does not sleep, or post() sees the sleeper and wakes one. A process that was killed
 * asleep leaves SLEEPERS too high, which costs superfluous wakes and no more. One that was killed
 * between being woken and taking leaves a value that nobody was told of; therefore nobody sleeps longer
 * than LOOK_AGAIN_MS without a look.
 */
export class FutexSemaphore implements Semaphore {
  readonly name: string;
  readonly #words: Int32Array;
  /** The value alone: its address is the futex. */
  readonly #value: Int32Array;
  readonly #lookAgainMs: number;

  /**
   * The semaphore that was set up there by {@link placeFutexSemaphore}. Two zeros are one at 0.
   *
   * @throws {IpcError} BAD_ARGUMENT: `words` has no such places.
   */
  constructor(words: Int32Array, index = 0, options: FutexOptions = {}) {
    this.#lookAgainMs = options.lookAgainMs ?? LOOK_AGAIN_MS;
    this.#words = wordsAt(words, index, FUTEX_SEMAPHORE_WORDS);
    this.#value = wordsAt(this.#words, VALUE, 1);
    this.name = `futex at +${this.#words.byteOffset}`;
  }

  /**
   * Add one, and wake a sleeper if there is one.
   *
   * @throws {IpcError} SEMAPHORE_LIMIT: it is at SEM_VALUE_MAX. ALREADY_CLOSED
   */
  post(): void {
    const words = this.#words;
    checkMapped(words);
    for (let value = Atomics.load(words, VALUE); ; ) {
      if (value === SEM_VALUE_MAX) throw overflow(`${this.name} cannot be posted`);
      const before = Atomics.compareExchange(words, VALUE, value, value + 1);
      if (before === value) break;
      value = before;
    }
    if (Atomics.load(words, SLEEPERS) > 0) wakeOne(this.#value);
  }

  /**
   * Take one if there is one: `taken` or `would-block`.
   *
   * @throws {IpcError} ALREADY_CLOSED: the memory was unmapped.
   */
  tryWait(): WaitResult {
    const words = this.#words;
    checkMapped(words);
    for (let value = Atomics.load(words, VALUE); value > 0; ) {
      const before = Atomics.compareExchange(words, VALUE, value, value - 1);
      if (before === value) return TAKEN;
      value = before;
    }
    return WOULD_BLOCK;
  }

  /**
   * Take one, asleep until there is one, event loop and all.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT
   */
  wait(waits?: Waits): WaitResult {
    const within = waitMs(waits);
    if (this.tryWait() === TAKEN) return TAKEN;
    const until = deadlineOf(within);
    for (let left = within; left > 0; left = leftUntil(until)) {
      Atomics.add(this.#words, SLEEPERS, 1);
      const slept = sleep(this.#value, 0, Math.min(left, this.#lookAgainMs));
      Atomics.sub(this.#words, SLEEPERS, 1);
      if (this.tryWait() === TAKEN) return TAKEN;
      if (slept === "interrupted") return INTERRUPTED;
    }
    return TIMED_OUT;
  }

  /**
   * Take one without blocking the event loop: `taken` or `timed-out`. In the thread pool, in slices.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT, in the promise; and the reason of an aborted `signal`
   */
  async waitAsync(waits: AsyncWaits = {}): Promise<WaitResult> {
    const take = () => this.tryWait() === TAKEN;
    const slice = async (withinMs: number) => {
      Atomics.add(this.#words, SLEEPERS, 1);
      await sleepInPool(this.#value, 0, withinMs);
      Atomics.sub(this.#words, SLEEPERS, 1);
      return take();
    };
    return waitInSlices({ take, slice, giveBack: () => this.post() }, waits);
  }

  /** @throws {IpcError} ALREADY_CLOSED */
  value(): number {
    checkMapped(this.#words);
    return Atomics.load(this.#words, VALUE);
  }

  /** How many sleep; those that were killed asleep among them. */
  sleepers(): number {
    checkMapped(this.#words);
    return Atomics.load(this.#words, SLEEPERS);
  }

  /**
   * Take one for a block: `using held = semaphore.hold()`. Goes on waiting after a signal.
   * `undefined`: not within `withinMs`.
   *
   * @throws {IpcError} ALREADY_CLOSED, BAD_ARGUMENT
   */
  hold(): Held;
  hold(waits: Waits): Held | undefined;
  hold(waits: Waits = {}): Held | undefined {
    return holdBy(
      (within) => this.wait(within),
      () => this.post(),
      waits,
    );
  }
}
