import { readFileSync } from "node:fs";
import type { Witness } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { processStat, semLastPid } from "@ipc-playground/libc";
import { pendingSemop } from "@ipc-playground/semaphores";

/** So long must nobody have run, in milliseconds, for it to count as a hang. */
const STILL_MS = 1_000;

/** Watches processes that share a set of semaphores, and tells who sleeps in which of them. */
export class Sleepers implements Witness {
  readonly #actors: readonly Actor[];
  readonly #set: number;
  readonly #nameOf: (index: number) => string;
  #seen = "";
  #since = 0;

  /** @param nameOf What a semaphore of the set is called. */
  constructor(actors: readonly Actor[], set: number, nameOf = (index: number) => `semaphore ${index}`) {
    this.#actors = actors;
    this.#set = set;
    this.#nameOf = nameOf;
  }

  isStill(): boolean {
    const now = this.#actors.map(activity).join();
    if (now !== this.#seen || now.includes("R")) this.#since = performance.now();
    this.#seen = now;
    return performance.now() - this.#since >= STILL_MS;
  }

  /** "Ada is asleep on semaphore 1, which Ben changed last; Ben …". */
  story(): string {
    return this.#actors.map((actor) => `${actor.name} ${this.#state(actor)}`).join("; ");
  }

  #state(actor: Actor): string {
    if (!actor.running) return actor.whereabouts();
    const pending = pendingSemop(actor.pid);
    if (pending?.set !== this.#set) return `is ${actor.whereabouts()}`;
    const where = pending.operations.map(({ index }) => this.#nameOf(index)).join(" and ");
    const last = semLastPid(this.#set, pending.operations[0]?.index ?? 0);
    const who = this.#actors.find((other) => other.pid === last && other !== actor);
    return `is asleep on ${where}${who === undefined ? "" : `, which ${who.name} changed last`}`;
  }
}

/** State and context switches: two equal ones, and it was not on a processor in between. proc_pid_status(5) */
function activity({ pid, running }: Actor): string {
  if (!running) return "ended";
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return `${processStat(pid)?.state}${[...status.matchAll(/ctxt_switches:\s+(\d+)/g)].map(([, n]) => n).join("+")}`;
  } catch {
    return "ended";
  }
}
