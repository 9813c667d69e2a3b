import { IpcError } from "@ipc-playground/contract";
import {
  checkMapped,
  type FutexOptions,
  LOOK_AGAIN_MS,
  type Slept,
  sleep,
  sleepInPool,
  wakeOne,
  wordsAt,
} from "./futex-word.ts";
import { lives, ownTag, pidOf } from "./process-tag.ts";
import { waitInSlices } from "./wait-async.ts";
import {
  type AsyncWaits,
  deadlineOf,
  type Held,
  holdBy,
  INTERRUPTED,
  leftUntil,
  TAKEN,
  TIMED_OUT,
  type WaitResult,
  type Waits,
  WOULD_BLOCK,
  waitMs,
} from "./waits.ts";

const FREE = 0;
/** The highest bit: somebody sleeps, or may. */
const SLEEPERS = 0x8000_0000 | 0;

/** `ownerDied`: its owner ended without releasing it, and what it guards may be half done. */
export interface LockResult extends WaitResult {
  readonly ownerDied?: true;
}

const TAKEN_FROM_DEAD: LockResult = { kind: "taken", ownerDied: true };

/**
 * A lock for processes on one Int32 of shared memory, which is 0 while it is free. Without contention
 * it is one compare-and-exchange each way, and no system call; see Drepper, "Futexes Are Tricky", whose
 * three states these are, with the owner's name in place of his 1 and 2:
 *
 *     0            free
 *     OWNER        taken, nobody sleeps
 *     OWNER | bit  taken, and somebody may sleep
 *
 * Why no wake-up is lost. A process goes to sleep only by FUTEX_WAIT on a word with the bit, which the
 * kernel compares and enqueues in one step: whoever changed the word before was seen, whoever changes it
 * later finds the sleeper enqueued. The word loses the bit only in unlock(), which wakes one sleeper
 * after it. The woken one takes the lock with the bit (it cannot know whether others sleep, and a
 * superfluous wake is harmless), or finds a newcomer in possession, sets the bit on it and sleeps again.
 * One that gives up may have been the one that was woken: it leaves the bit behind as well. So while
 * anybody sleeps, either the word has the bit, or a woken process is on its way to set it. Only a kill on
 * that way breaks the chain; therefore nobody sleeps longer than LOOK_AGAIN_MS without a look.
 *
 * The owner's name is its pid and part of its start time, in the same word as the state, so that a dead
 * owner is replaced by one compare-and-exchange, by exactly one of the waiters. All users must be in one
 * PID namespace. An object is for one thread.
 */
export class FutexLock {
  readonly #word: Int32Array;
  readonly #me: number;
  readonly #lookAgainMs: number;
  #held = false;

  /** @throws {IpcError} BAD_ARGUMENT: `words` has no such place. */
  constructor(words: Int32Array, index = 0, options: FutexOptions = {}) {
    this.#word = wordsAt(words, index, 1);
    this.#lookAgainMs = options.lookAgainMs ?? LOOK_AGAIN_MS;
    this.#me = ownTag();
  }

  /**
   * Take it if it is free: `taken` or `would-block`. Does not ask whether the owner lives.
   *
   * @throws {IpcError} ALREADY_CLOSED: the memory was unmapped.
   */
  tryLock(): LockResult {
    checkMapped(this.#word);
    if (Atomics.compareExchange(this.#word, 0, FREE, this.#me) !== FREE) return WOULD_BLOCK;
    this.#held = true;
    return TAKEN;
  }

  /**
   * Take it, asleep until it is free, event loop and all. A dead owner's lock is taken within some
   * 100 ms, and `ownerDied` says so.
   *
   * @throws {IpcError} BAD_ARGUMENT: this object has it already, and would wait for itself. ALREADY_CLOSED
   */
  lock(waits?: Waits): LockResult {
    if (this.#held) throw waitsForItself();
    if (this.tryLock() === TAKEN) return TAKEN;
    const within = waitMs(waits);
    const until = deadlineOf(within);
    let slept: Slept = "changed";
    for (let left = within; ; left = leftUntil(until)) {
      const seen = this.#announce();
      if (seen === FREE) return TAKEN;
      if (slept !== "woken" && slept !== "changed" && this.#takeFromDead(seen)) return TAKEN_FROM_DEAD;
      if (slept === "interrupted") return INTERRUPTED;
      if (left <= 0) return this.#takeFromDead(seen) ? TAKEN_FROM_DEAD : TIMED_OUT;
      slept = sleep(this.#word, seen, Math.min(left, this.#lookAgainMs));
    }
  }

  /**
   * Take it without blocking the event loop: `taken` or `timed-out`. Two tasks of one process may wait
   * for each other here.
   *
   * @throws {IpcError} as {@link lock}, in the promise; and the reason of an aborted `signal`
   */
  async lockAsync(waits: AsyncWaits = {}): Promise<LockResult> {
    let fromDead = false;
    const slice = async (withinMs: number) => {
      const seen = this.#announce();
      if (seen === FREE) return true;
      const slept = await sleepInPool(this.#word, seen, withinMs);
      // Once more, before it may give up: it may be the one that was woken.
      const left = this.#announce();
      if (left === FREE) return true;
      fromDead = slept === "timed-out" && this.#takeFromDead(left);
      return fromDead;
    };
    const take = () => this.tryLock() === TAKEN;
    const result = await waitInSlices({ take, slice, giveBack: () => this.unlock() }, waits);
    return fromDead ? TAKEN_FROM_DEAD : result;
  }

  /**
   * Give it back, and wake a sleeper if there may be one.
   *
   * @throws {IpcError} LOCK_NOT_HELD: this object does not have it. ALREADY_CLOSED
   */
  unlock(): void {
    checkMapped(this.#word);
    if (!this.#held) throw this.#notHeld();
    this.#held = false;
    const word = Atomics.compareExchange(this.#word, 0, this.#me, FREE);
    if (word === this.#me) return;
    if (word !== (this.#me | SLEEPERS)) throw this.#notHeld();
    Atomics.store(this.#word, 0, FREE);
    wakeOne(this.#word);
  }

  /**
   * Take it for a block: `using held = lock.hold()`. Goes on waiting after a signal. `undefined`: not
   * within `withinMs`. `ownerDied` as in {@link lock}.
   *
   * @throws {IpcError} BAD_ARGUMENT, ALREADY_CLOSED
   */
  hold(): Held & { readonly ownerDied: boolean };
  hold(waits: Waits): (Held & { readonly ownerDied: boolean }) | undefined;
  hold(waits: Waits = {}): (Held & { readonly ownerDied: boolean }) | undefined {
    let ownerDied = false;
    const lock = (within: Waits) => {
      const result = this.lock(within);
      ownerDied = result.ownerDied ?? false;
      return result;
    };
    const held = holdBy(lock, () => this.unlock(), waits);
    return held && Object.assign(held, { ownerDied });
  }

  /** Whether this object has it. */
  get held(): boolean {
    return this.#held;
  }

  /** The pid of the process that has it, or `null` if it is free. Old news as soon as it is read. */
  owner(): number | null {
    checkMapped(this.#word);
    const word = Atomics.load(this.#word, 0);
    return word === FREE ? null : pidOf(word);
  }

  /** Take it with the bit (returns FREE), or set the bit on its owner and return the word to sleep on. */
  #announce(): number {
    checkMapped(this.#word);
    for (;;) {
      const word = Atomics.compareExchange(this.#word, 0, FREE, this.#me | SLEEPERS);
      if (word === FREE) {
        this.#held = true;
        return FREE;
      }
      const announced = word | SLEEPERS;
      if (word === announced || Atomics.compareExchange(this.#word, 0, word, announced) === word)
        return announced;
    }
  }

  /** One compare-and-exchange on the dead owner's name: of all who see it dead, one takes over. */
  #takeFromDead(seen: number): boolean {
    if (lives(seen & ~SLEEPERS)) return false;
    this.#held = Atomics.compareExchange(this.#word, 0, seen, this.#me | SLEEPERS) === seen;
    return this.#held;
  }

  #notHeld(): IpcError {
    const owner = this.owner();
    return new IpcError(
      "LOCK_NOT_HELD",
      `a lock was released that ${owner === null ? "nobody holds" : owner === process.pid ? "another holder in this process has" : `process ${owner} holds`}`,
      "release it once, where it was taken",
    );
  }
}

function waitsForItself(): IpcError {
  return new IpcError(
    "BAD_ARGUMENT",
    "a lock was taken again by the one who holds it, and would wait for itself for ever",
    "release it first, or tryLock()",
  );
}
