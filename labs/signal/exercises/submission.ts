import { writeSync } from "node:fs";
import { format } from "node:util";
import { IpcError } from "@ipc-playground/contract";
import type { ProcessContext } from "@ipc-playground/lab-kit";

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
