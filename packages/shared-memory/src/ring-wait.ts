import { futexWait, futexWake } from "@ipc-playground/libc";
import type { Seat } from "./seat.ts";

/**
 * How one side waits; the other may do it differently.
 *
 * - `spin`: looks again and again. The fastest, for a whole processor.
 * - `futex`: sleeps in the kernel until the other side wakes it.
 * - `hybrid`: spins for some 20 µs, then sleeps. What a busy peer does within that costs no system call.
 */
export type Waiting = "spin" | "futex" | "hybrid";

/** What a waiter asks about the other side. */
export type Peer = Pick<Seat, "state" | "died">;

/** How long to wait, at most, in milliseconds. Default: for ever, as long as the other side lives. */
export interface Waits {
  withinMs?: number;
}

/** Looks between two glances at the clock: some 10 µs. */
const LOOKS = 1000;
/** How often `hybrid` looks before it sleeps. A sleep and a wake cost about as much. */
const HYBRID_LOOKS = 2000;
/** Nobody waits longer than this without asking whether the other side still lives. */
const ASK_EVERY_MS = 50;

/**
 * Waits until the word of another process changes, with no wake-up lost.
 *
 *     the one who waits                      the one who changes
 *     W1  sleeps = 1                         C1  word = new
 *     W2  is word still what it was?         C2  is sleeps 1?
 *     W3  FUTEX_WAIT(word, what it was)      C3  FUTEX_WAKE(word)
 *
 * Proof. W1, W2, C1 and C2 are Atomics operations, which all processors see in one order (sequential
 * consistency). If C2 found 0, then C2 came before W1; so C1, before C2, came before W2, after W1: W2 saw
 * the new word, and there was no sleep. If C2 found 1, C3 follows. The kernel does W3's comparison and
 * the enqueueing under one lock, which C3 takes as well. Either C3 comes later and finds the sleeper,
 * or it comes earlier, and then so did C1: the comparison fails and nobody sleeps. The word cannot have
 * come round to its old value: it only grows, and by less than 2^32 while somebody waits. ∎
 *
 * That W1 may not sink below W2, nor C1 below C2, is the point: a store that waits in the processor's
 * store buffer while a later load is done would break it, and both would see the old values (the demo
 * `reordering`). Plain assignments do not forbid that; Atomics do: see {@link publish}.
 *
 * Only the sleeper clears `sleeps`. Were it cleared by the one who wakes, then a sleeper between W2 and
 * W3 could lose the flag to a wake that found nobody, and sleep through the next change.
 */
export class Waiter {
  readonly #how: Waiting;
  readonly #peer: Peer;
  readonly #askEveryMs: number;

  constructor(how: Waiting, peer: Peer, askEveryMs = ASK_EVERY_MS) {
    this.#how = how;
    this.#peer = peer;
    this.#askEveryMs = askEveryMs;
  }

  /**
   * Wait until `word` holds anything but `seen`. `sleeps` is the word that says so to the other side.
   *
   * @throws {IpcError} PEER_DIED: within `askEveryMs` after it.
   */
  wait(word: Int32Array, seen: number, sleeps: Int32Array, withinMs: number): "changed" | "late" {
    if (this.#how === "spin" && look(word, seen, LOOKS)) return "changed";
    if (this.#how === "hybrid" && look(word, seen, HYBRID_LOOKS)) return "changed";
    const deadline = withinMs === Number.POSITIVE_INFINITY ? withinMs : performance.now() + withinMs;
    return this.#how === "spin"
      ? this.#spin(word, seen, deadline)
      : this.#sleep(word, seen, sleeps, deadline);
  }

  #spin(word: Int32Array, seen: number, deadline: number): "changed" | "late" {
    for (let ask = performance.now() + this.#askEveryMs; !look(word, seen, LOOKS); ) {
      const now = performance.now();
      if (now >= deadline) return "late";
      if (now < ask) continue;
      if (this.#died()) return this.#lastWord(word, seen);
      ask = now + this.#askEveryMs;
    }
    return "changed";
  }

  #sleep(word: Int32Array, seen: number, sleeps: Int32Array, deadline: number): "changed" | "late" {
    Atomics.store(sleeps, 0, 1);
    try {
      while (Atomics.load(word, 0) === seen) {
        const left = deadline === Number.POSITIVE_INFINITY ? deadline : deadline - performance.now();
        if (left <= 0) return "late";
        const result = futexWait(word, seen, Math.min(left, this.#askEveryMs));
        if (result !== 0 && this.#died()) return this.#lastWord(word, seen);
      }
      return "changed";
    } finally {
      Atomics.store(sleeps, 0, 0);
    }
  }

  #died(): boolean {
    return this.#peer.state() === "dead";
  }

  /** What it did last counts, though it is dead by now: so this looks after it was found to be. */
  #lastWord(word: Int32Array, seen: number): "changed" {
    if (Atomics.load(word, 0) === seen) throw this.#peer.died();
    return "changed";
  }
}

function look(word: Int32Array, seen: number, times: number): boolean {
  for (let i = 0; i < times; i++) if (Atomics.load(word, 0) !== seen) return true;
  return false;
}

/**
 * Change a word for another process to see, and wake it if it sleeps.
 *
 * Plain writes before this are seen by whoever sees the new word: a sequentially consistent store is a
 * release, too, and the other side's Atomics.load acquires. In Node 20's V8, Atomics.store is a call of
 * a built-in, over which the compiler moves no other access, and in it one instruction: on x64 `xchg`,
 * which is also a full barrier (plain `mov` would let the later load overtake it); on arm64 `stlr`,
 * which waits for all earlier accesses, and which `ldar`, the load, may not overtake. On x64 the load is
 * a plain `mov`: the processor keeps loads in order by itself.
 */
export function publish(word: Int32Array, value: number, sleeps: Int32Array): void {
  Atomics.store(word, 0, value);
  if (Atomics.load(sleeps, 0) !== 0) futexWake(word, 1);
}
