import { format } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import type { ExerciseContext, ProcessContext } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { Family } from "./witness.ts";

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
  const module = (await import(text("submission"))) as M;
  if (typeof module[name] === "function") return module;
  throw new IpcError(
    "EXERCISE_UNFINISHED",
    `the file exports no function or class "${name}"`,
    "starter.ts shows how it is declared",
  );
}

/**
 * Wait for what the submission's process comes to, and return what its body returned.
 *
 * @param others Processes that it talks to: they are part of the picture when it hangs.
 * @throws {IpcError} EXERCISE_UNFINISHED: it hangs, and who sleeps where.
 * @throws {IpcError} PROCESS_FAILED, DEADLINE_PASSED
 */
export async function resultOf<T>(
  { until, log }: Pick<ExerciseContext<string>, "until" | "log">,
  actor: Actor,
  others: readonly Actor[] = [],
): Promise<T> {
  using family = new Family([actor, ...others]);
  await until(() => !actor.running, {
    what: () => `${actor.name} to end (${family.story()})`,
    orElse: () => {
      if (!family.isStill()) return undefined;
      const seen = family.story();
      log.event("look", { note: seen });
      return new IpcError("EXERCISE_UNFINISHED", seen, "find out who has to close, or to read, and when");
    },
  });
  if (actor.exit?.code !== UNSETTLED) return actor.result<T>();
  throw new IpcError(
    "EXERCISE_UNFINISHED",
    `the promise was never settled: ${actor.name} had nothing left to wait for, and Node ended it (status ${UNSETTLED})`,
    "look for an event that nobody listens to, such as the end of a stream",
  );
}

/** A text as it would stand in a program, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 24 ? `${text.slice(0, 24)}…` : text);
}
