import { writeSync } from "node:fs";
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
  const place = /\/exercises\/[^/]+\/((?:wrong\/)?(?!check|server)[\w-]+\.ts:\d+:\d+)/.exec(
    String(stack),
  )?.[1];
  return place === undefined ? "" : `, at ${place}`;
}

/** A text as it would stand in a program, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 24 ? `${text.slice(0, 24)}…` : text);
}
