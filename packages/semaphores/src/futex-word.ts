import { IpcError } from "@ipc-playground/contract";
import {
  callError,
  ERRNO,
  type FutexWord,
  futexWait,
  futexWaitInPool,
  futexWake,
} from "@ipc-playground/libc";

/**
 * The longest sleep, in milliseconds, before a sleeper looks again by itself: what a process that was
 * killed between being woken and going on can cost the others, and how late a dead owner is noticed.
 */
export const LOOK_AGAIN_MS = 100;

export interface FutexOptions {
  /**
   * The longest sleep before a look, in milliseconds. Infinity: it sleeps until it is woken, and a
   * process that is killed in the wrong moment may leave it asleep. Default: 100.
   */
  lookAgainMs?: number;
}

/** `woken` may be for nothing, `changed` says that it did not sleep at all: look at the word again in any case. */
export type Slept = "woken" | "changed" | "timed-out" | "interrupted";

const RESULTS = new Map<number, Slept>([
  [0, "woken"],
  [-(ERRNO.EAGAIN as number), "changed"],
  [-(ERRNO.ETIMEDOUT as number), "timed-out"],
  [-(ERRNO.EINTR as number), "interrupted"],
]);

/** `count` Int32s of shared memory from `index` on, checked. */
export function wordsAt(words: Int32Array, index: number, count: number): Int32Array {
  if (!Number.isInteger(index) || index < 0 || index + count > words.length) {
    throw new IpcError(
      "BAD_ARGUMENT",
      `there are ${words.length} Int32s, and ${count} from place ${index} on are wanted`,
      "give a view that is long enough, over memory that the processes share",
    );
  }
  // Over its buffer, not the array itself: a small array may move, with its bytes, until its buffer is asked for.
  return new Int32Array(words.buffer, words.byteOffset + index * Int32Array.BYTES_PER_ELEMENT, count);
}

/** @throws {IpcError} ALREADY_CLOSED: the memory was unmapped. */
export function checkMapped(word: Int32Array): void {
  if (word.length > 0) return;
  throw new IpcError(
    "ALREADY_CLOSED",
    "the shared memory of this futex was unmapped in this process",
    "use it before the memory is closed, and before the `using` block ends",
  );
}

/** Sleep while the word is `expected`, at most `withinMs`. */
export function sleep(word: FutexWord, expected: number, withinMs: number): Slept {
  return slept(futexWait(word, expected, withinMs));
}

/**
 * {@link sleep} in the thread pool. The kernel alone touches the word there: if the memory is unmapped
 * meanwhile, the call comes back, and this throws.
 */
export async function sleepInPool(word: FutexWord, expected: number, withinMs: number): Promise<Slept> {
  const result = await futexWaitInPool(word, expected, withinMs);
  checkMapped(word);
  return slept(result);
}

function slept(result: number): Slept {
  const known = RESULTS.get(result);
  if (known !== undefined) return known;
  throw callError(result, { syscall: "futex", doing: "sleep on a futex" });
}

/** Wake one sleeper, in whichever process. */
export function wakeOne(word: FutexWord): void {
  futexWake(word, 1);
}
