import type { Log } from "@ipc-playground/lab-kit";
import { futexWait, futexWake } from "@ipc-playground/libc";
import type { Words } from "./words.ts";

/** Words that one scene has. */
export const SCENE_WORDS = 64;
/** Whoever takes so many steps in one call waits awake. */
const MOST_STEPS = 1_000;

/** Where steps are told of, and what may stop before one. */
export interface Watcher {
  readonly log: Log;
  /** Called before each step, with its number from 1 on. */
  before(step: number, op: string): void;
  /** Called before it falls asleep in a wait of its own, and after that. */
  asleep(where: string): void;
  awake(): void;
}

/** Words of a scene: each access is told, and may be stopped before. Without a watcher they are just words. */
export class CheckedWords implements Words {
  readonly #words: Int32Array;
  readonly #watcher: Watcher | undefined;
  #steps = 0;

  constructor(words: Int32Array, watcher?: Watcher) {
    this.#words = words;
    this.#watcher = watcher;
  }

  load(index: number): number {
    return this.#step("load", index, () => Atomics.load(this.#words, index));
  }

  store(index: number, value: number): void {
    this.#step(`store ${value}`, index, () => Atomics.store(this.#words, index, value));
  }

  add(index: number, value: number): number {
    return this.#step(`add ${value}`, index, () => Atomics.add(this.#words, index, value));
  }

  exchange(index: number, value: number): number {
    return this.#step(`exchange ${value}`, index, () => Atomics.exchange(this.#words, index, value));
  }

  compareExchange(index: number, expected: number, value: number): number {
    return this.#step(`compareExchange ${expected}, ${value}`, index, () =>
      Atomics.compareExchange(this.#words, index, expected, value),
    );
  }

  wait(index: number, expected: number): void {
    const word = this.#word(index);
    const sleep = () => void futexWait(word, expected, Infinity);
    const watcher = this.#watcher;
    if (watcher === undefined) {
      sleep();
      return;
    }
    this.#count(`wait ${expected}`);
    watcher.asleep(`wait(${index}, ${expected})`);
    watcher.log.call("wait", `word ${index}, while ${expected}`, sleep);
    watcher.awake();
  }

  wake(index: number, count: number): number {
    return this.#step(`wake ${count}`, index, () => futexWake(this.#word(index), count));
  }

  #step(op: string, index: number, access: () => number): number {
    this.#check(index);
    if (this.#watcher === undefined) return access();
    this.#count(op);
    const value = access();
    const result = op === "load" ? `${value}` : op.startsWith("wake") ? `woke ${value}` : `was ${value}`;
    this.#watcher.log.event(op, {
      object: `word ${index}`,
      ...(!op.startsWith("store") && { result }),
    });
    return value;
  }

  #word(index: number): Int32Array {
    this.#check(index);
    return this.#words.subarray(index, index + 1);
  }

  #check(index: number): void {
    if (!(Number.isInteger(index) && index >= 0 && index < SCENE_WORDS))
      throw new Error(`there is no word ${index}`);
  }

  #count(op: string): void {
    if (++this.#steps > MOST_STEPS)
      throw new Error(`${MOST_STEPS} steps, and no end: it waits awake for something that does not come`);
    this.#watcher?.before(this.#steps, op);
  }
}

/** Called after each look in vain: lets others have the processor when there were many. */
export class Patience {
  static readonly #nothing = new Int32Array(new SharedArrayBuffer(4));
  #looks = 0;

  lookAgain(): void {
    if (++this.#looks % 200 === 0) Atomics.wait(Patience.#nothing, 0, 0, 0.05);
  }
}
