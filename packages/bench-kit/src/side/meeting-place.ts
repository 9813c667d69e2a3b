import { check, type FutexWord, futexWait, futexWake, MAP_SHARED, mmap } from "@ipc-playground/libc";

/** Bytes of memory that both sides of a launch map: far more than its three words. */
export const MEETING_PLACE_BYTES = 4096;

const SIDES = 2;

/**
 * A page that both sides map, apart from the mechanism under test: where operations have no message
 * that could bring the two together, they start here at once, stop together, and add up what they did.
 */
export class MeetingPlace {
  readonly #arrived: FutexWord;
  readonly #stopped: Int32Array;
  readonly #total: BigInt64Array;
  #meetings = 0;

  constructor(fd: number) {
    const memory = mmap(fd, MEETING_PLACE_BYTES, { flags: MAP_SHARED });
    if (typeof memory === "number") throw check(memory, { syscall: "mmap", doing: "share a page" });
    // On lines of their own: `stopped` is looked at all the time, and must stay in each side's cache.
    this.#arrived = new Int32Array(memory.buffer, 0, 1);
    this.#stopped = new Int32Array(memory.buffer, 128, 1);
    this.#total = new BigInt64Array(memory.buffer, 256, 1);
  }

  /** Sleep until both sides have come here equally often. */
  meet(): void {
    const goal = ++this.#meetings * SIDES;
    let arrived = Atomics.add(this.#arrived, 0, 1) + 1;
    if (arrived === goal) futexWake(this.#arrived, 1);
    // The first of the next meeting may be here already: more than the goal is as good.
    for (; arrived < goal; arrived = Atomics.load(this.#arrived, 0)) {
      futexWait(this.#arrived, arrived, Number.POSITIVE_INFINITY);
    }
  }

  /** The number of the run that one side has finished, so that the other stops too. */
  stop(run: number): void {
    Atomics.store(this.#stopped, 0, run);
  }

  isStopped(run: number): boolean {
    return Atomics.load(this.#stopped, 0) === run;
  }

  /** Operations of both sides since the launch began. */
  add(operations: number): void {
    Atomics.add(this.#total, 0, BigInt(operations));
  }

  total(): number {
    return Number(Atomics.load(this.#total, 0));
  }
}
