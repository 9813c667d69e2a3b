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

export interface Sum {
  kind: string;
  /** What the counter says in the end, and what it should say. */
  sum: number;
  due: number;
  /** Nanoseconds for each addition of this process, the other one in its way: the middle one of all rounds. */
  cost: number;
}

/**
 * Have two processes add to one counter in rounds that they begin together, until something was lost,
 * or so many rounds are over.
 */
export function addTogether(
  meeting: Meeting,
  counter: Int32Array,
  add: () => void,
  { additions, rounds }: { additions: number; rounds: number },
): Sum {
  const costs: number[] = [];
  for (let round = 1; ; round++) {
    meeting.meet();
    const began = process.hrtime.bigint();
    for (let i = 0; i < additions; i++) add();
    costs.push(Number(process.hrtime.bigint() - began) / additions);
    meeting.meet();
    const [sum, due] = [Atomics.load(counter, 0), 2 * round * additions];
    // Both have looked before one of them goes on adding.
    meeting.meet();
    if (sum < due || round === rounds) {
      const cost = costs.sort((a, b) => a - b)[costs.length >> 1] as number;
      return { kind: `${sum} of ${due}`, sum, due, cost };
    }
  }
}
