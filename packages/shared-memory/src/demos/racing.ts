import { readFileSync } from "node:fs";
import { callError, check, getAffinity, setAffinity } from "@ipc-playground/libc";

/** What one of two racing processes writes is this far from what the other writes, in Int32s: 128 bytes. */
export const APART = 32;
/** Words that a {@link Meeting} needs. */
export const MEETING_WORDS = 2 * APART;

/** Two processors that this process may use, on cores of their own; `null` where there are no two. */
export function twoProcessors(): readonly [number, number] | null {
  const cpus = getAffinity(0);
  if (typeof cpus === "number")
    throw callError(cpus, { syscall: "sched_getaffinity", doing: "ask where to run" });
  const cores = new Map<string, number>();
  for (const cpu of cpus) if (!cores.has(coreOf(cpu))) cores.set(coreOf(cpu), cpu);
  const [one, two] = cores.values();
  return one === undefined || two === undefined ? null : [one, two];
}

/** What tells cores apart. Where the kernel does not say, each processor counts as one. */
function coreOf(cpu: number): string {
  const topology = `/sys/devices/system/cpu/cpu${cpu}/topology`;
  try {
    return ["physical_package_id", "core_id"].map((of) => readFileSync(`${topology}/${of}`, "utf8")).join();
  } catch {
    return `${cpu}`;
  }
}

/** Have the main thread of this process run on that processor only; a negative one: wherever it likes. */
export function stayOn(cpu: number): void {
  if (cpu >= 0) check(setAffinity(0, [cpu]), { syscall: "sched_setaffinity", doing: `stay on ${cpu}` });
}

/** Where two processes meet: neither goes on before both are there. They spin, so that both are awake then. */
export class Meeting {
  readonly #words: Int32Array;
  readonly #mine: number;
  readonly #theirs: number;
  #times = 0;

  /** @param words {@link MEETING_WORDS} words of zeros that both map. */
  constructor(words: Int32Array, me: number) {
    this.#words = words;
    this.#mine = me * APART;
    this.#theirs = APART - this.#mine;
  }

  meet(): void {
    Atomics.store(this.#words, this.#mine, ++this.#times);
    while (Atomics.load(this.#words, this.#theirs) < this.#times);
  }
}
