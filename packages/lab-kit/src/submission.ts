import { readFileSync, writeSync } from "node:fs";
import { format } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import { processStat } from "@ipc-playground/libc";
import type { ProcessContext } from "./demo.ts";
import type { ExerciseContext } from "./exercise.ts";
import type { Actor } from "./stage/actor.ts";

/** So long must nobody have run, in milliseconds, for it to count as a hang. */
const STILL_MS = 1_000;
/** The status with which Node ends when a module still awaits something and nothing is left that could bring it. */
const UNSETTLED = 13;

/**
 * Import the submission in a process that is to run it. What it prints appears in the lanes.
 *
 * @param name What it has to export.
 * @throws {IpcError} EXERCISE_UNFINISHED: it does not.
 */
export async function submitted<M extends object>(
  { text, log }: ProcessContext,
  name: keyof M & string,
): Promise<M> {
  // A process of a schedule has no standard output: the lanes are where a learner sees it.
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    console[method] = (...values: unknown[]) => log.event("print", { note: format(...values) });
  process.setSourceMapsEnabled(true);
  process.once("uncaughtException", (error) => {
    // The last line of a process's standard error is told of it, and Node's own would be its version.
    writeSync(2, `${error.message}${placeIn(error.stack)}\n`);
    process.exit(1);
  });
  const module = (await import(text("submission"))) as M;
  if (typeof module[name] === "function") return module;
  throw new IpcError(
    "EXERCISE_UNFINISHED",
    `the file exports no function or class "${name}"`,
    "starter.ts shows how it is declared",
  );
}

/** Watches processes, and tells when they hang. */
export interface Witness {
  /** Whether nobody has been on a processor for a second, which is what a hang is. To be asked again and again. */
  isStill(): boolean;
  /** How things stand: who sleeps where. */
  story(): string;
}

/**
 * Wait until that process has ended, and return what its body returned.
 *
 * @param others Processes that it talks to: they are part of the picture when it hangs.
 * @throws {IpcError} EXERCISE_UNFINISHED: it hangs, and who sleeps where.
 * @throws {IpcError} PROCESS_FAILED, DEADLINE_PASSED
 */
export async function resultOf<T>(
  { until, log }: Pick<ExerciseContext<string>, "until" | "log">,
  actor: Actor,
  others: readonly Actor[] = [],
  witness: Witness = new Onlooker([actor, ...others]),
): Promise<T> {
  await until(() => !actor.running, {
    what: () => `${actor.name} to end (${witness.story()})`,
    orElse: () => {
      const broken = others.find(
        (other) => !other.running && other.exit?.code !== 0 && !other.killedByDirector,
      );
      if (broken !== undefined) return broken.failure();
      if (!witness.isStill()) return undefined;
      log.event("look", { note: witness.story() });
      return new IpcError(
        "EXERCISE_UNFINISHED",
        witness.story(),
        "find out who waits for whom, and who should wake whom",
      );
    },
  });
  if (actor.exit?.code !== UNSETTLED) return actor.result<T>().catch(rethrowWithPlace);
  throw new IpcError(
    "EXERCISE_UNFINISHED",
    `the promise was never settled: ${actor.name} had nothing left to wait for, and Node ended it (status ${UNSETTLED})`,
    "look for an event that nobody listens to, such as the end of a stream",
  );
}

function rethrowWithPlace(error: unknown): never {
  if (!(error instanceof IpcError)) throw error;
  throw new IpcError(error.code, `${error.fact}${placeIn(error.cause)}`, error.nextStep, { cause: error });
}

/** ", at mine.ts:12:3": the innermost line of the submission in a stack trace, if it has one. */
export function placeIn(stack: unknown): string {
  const place = /\/exercises\/[^/]+\/((?:wrong\/[\w-]+|starter|solution|mine)\.ts:\d+:\d+)/.exec(
    String(stack),
  )?.[1];
  return place === undefined ? "" : `, at ${place}`;
}

/** The witness of processes that start no others. */
export class Onlooker implements Witness {
  readonly #actors: readonly Actor[];
  readonly #stateOf: (actor: Actor) => string;
  #seen = "";
  #since = 0;

  /** @param stateOf How things stand with one of them, to follow its name. */
  constructor(actors: readonly Actor[], stateOf = whereIs) {
    this.#actors = actors;
    this.#stateOf = stateOf;
  }

  isStill(): boolean {
    const now = this.#actors.map(activity).join();
    if (now !== this.#seen || now.includes("R")) this.#since = performance.now();
    this.#seen = now;
    return performance.now() - this.#since >= STILL_MS;
  }

  story(): string {
    return this.#actors.map((actor) => `${actor.name} ${this.#stateOf(actor)}`).join("; ");
  }
}

function whereIs(actor: Actor): string {
  return `${actor.running ? "is " : ""}${actor.whereabouts()}`;
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
