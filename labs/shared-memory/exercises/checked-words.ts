import type { ExerciseContext, Log } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { futexWait, futexWake } from "@ipc-playground/libc";
import type { SharedMemory } from "@ipc-playground/shared-memory";
import type { Words } from "./words.ts";

/** The word that lets stopped processes go on. Those of an exercise come before it. */
const GATE = 1_000;
/** Bytes of the memory: the words of an exercise, the gate, and room for what a checker notes down. */
export const MEMORY_BYTES = 1 << 20;
/** Where a checker's own notes begin, as an index. */
export const NOTES = 1_024;
/** Whoever looks so often in one call waits awake. */
const MOST_STEPS = 1_000;

/** Words that can stop their process before a certain step, and tell the log of each one. */
export class CheckedWords implements Words {
  readonly #words: Int32Array;
  readonly #log: Log | undefined;
  readonly #stopBefore: number;
  #steps = 0;

  /**
   * @param log Where each step is told. Without it none is, and nobody is stopped.
   * @param stopBefore Number of the step before which the process stops; 0: none.
   */
  constructor(memory: SharedMemory, log?: Log, stopBefore = 0) {
    this.#words = memory.view(Int32Array);
    this.#log = log;
    this.#stopBefore = stopBefore;
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
    this.#check(index);
    const word = this.#words.subarray(index, index + 1);
    const sleep = () => void futexWait(word, expected, Infinity);
    this.#pause(`wait ${expected}`);
    if (this.#log === undefined) sleep();
    else this.#log.call("futex", `word ${index}, while ${expected}`, sleep);
  }

  wake(index: number, count: number): number {
    return this.#step(`wake ${count}`, index, () => futexWake(this.#words.subarray(index, index + 1), count));
  }

  #step(op: string, index: number, access: () => number): number {
    this.#check(index);
    this.#pause(op);
    const value = access();
    const shown = op === "load" ? `${value}` : `was ${value}`;
    this.#log?.event(op, { object: `word ${index}`, ...(!op.startsWith("store") && { result: shown }) });
    return value;
  }

  #check(index: number): void {
    if (!(Number.isInteger(index) && index >= 0 && index < GATE))
      throw new Error(`there is no word ${index}`);
  }

  #pause(op: string): void {
    if (this.#log === undefined) return;
    if (++this.#steps > MOST_STEPS)
      throw new Error(`${MOST_STEPS} steps, and no end: it waits awake for something that does not come`);
    if (this.#steps !== this.#stopBefore) return;
    const gate = this.#words.subarray(GATE, GATE + 1);
    this.#log.call("stopped", `before ${op}`, () => {
      while (Atomics.load(gate, 0) === 0) futexWait(gate, 0, Infinity);
    });
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

/** Let stopped processes go on. */
export function openGate(memory: SharedMemory): void {
  const gate = memory.view(Int32Array, 4 * GATE, 1);
  Atomics.store(gate, 0, 1);
  futexWake(gate, 2 ** 30);
}

/** Wait until a process is stopped, or sleeps in a wait of its own. `false`: it came to its end. */
export async function rests(actor: Actor): Promise<boolean> {
  try {
    await actor.asleep();
    return true;
  } catch (error) {
    if (actor.exit?.code === 0) return false;
    throw error;
  }
}

/** Whether a process has been stopped: otherwise it had no such step. */
export function wasStopped(actor: Actor): Promise<boolean> {
  return actor.said("stopped", { withinMs: 0 }).then(
    () => true,
    () => false,
  );
}

/**
 * Play a scene over and over: with a process stopped before its first step, its second, and so on, until
 * there is no such step and `play` says `false`.
 */
export async function atEveryStep(
  { step }: Pick<ExerciseContext<string>, "step">,
  play: (stopBefore: number) => Promise<boolean>,
): Promise<void> {
  for (let stopBefore = 1; ; stopBefore++) {
    step(`Stopped before step ${stopBefore}.`);
    if (!(await play(stopBefore))) return;
  }
}
