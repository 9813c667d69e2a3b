import { readFileSync, writeSync } from "node:fs";
import { format } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import type { ExerciseContext, ProcessContext } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { processStat } from "@ipc-playground/libc";

/** So long must nobody have run, in milliseconds, for it to count as a hang. */
const STILL_MS = 1_000;

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
    writeSync(2, `${error.message}\n`);
    process.exit(1);
  });
  const module = (await import(text("submission"))) as M;
  if (typeof module[name] === "function") return module;
  throw new IpcError(
    "EXERCISE_UNFINISHED",
    `the file exports no function "${name}"`,
    "starter.ts shows how it is declared",
  );
}

/**
 * Wait until that process has ended, and return what its body returned. It hangs when for a second
 * neither it nor one of the others has been on a processor.
 *
 * @throws {IpcError} EXERCISE_UNFINISHED: it hangs, and who sleeps where.
 * @throws {IpcError} PROCESS_FAILED, DEADLINE_PASSED
 */
export async function resultOf<T>(
  { until, log }: Pick<ExerciseContext<string>, "until" | "log">,
  actor: Actor,
  others: readonly Actor[] = [],
): Promise<T> {
  const all = [actor, ...others];
  const where = () => all.map(whereIs).join("; ");
  let seen = "";
  let since = performance.now();
  await until(() => !actor.running, {
    what: () => `${actor.name} to end (${where()})`,
    withinMs: 20_000,
    orElse: () => {
      const broken = others.find(
        (other) => !other.running && other.exit?.code !== 0 && !other.killedByDirector,
      );
      if (broken !== undefined) return broken.failure();
      const now = all.map(activity).join();
      if (now !== seen || now.includes("R")) since = performance.now();
      seen = now;
      if (performance.now() - since < STILL_MS) return undefined;
      log.event("look", { note: where() });
      return new IpcError("EXERCISE_UNFINISHED", where(), "find out who waits for whom");
    },
  });
  return actor.result<T>();
}

function whereIs(actor: Actor): string {
  return `${actor.name} ${actor.running ? "is " : ""}${actor.whereabouts()}`;
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
