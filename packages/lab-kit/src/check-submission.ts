import { IpcError, type IpcEvent } from "@ipc-playground/contract";
import type { Exercise } from "./exercise.ts";
import { LiveStage } from "./stage/stage.ts";

export interface ScheduleResult {
  schedule: string;
  says: string;
  /** Why it failed, as a fact. Absent: it passed. */
  observed?: string;
  /** What happened, for the lanes. */
  events: IpcEvent[];
}

export interface CheckOptions {
  signal?: AbortSignal | undefined;
  /** Only this schedule. Default: all. */
  only?: string;
}

/**
 * Put a submission through the schedules of an exercise, in order, up to the first that fails.
 *
 * @param checker The compiled `check.ts`.
 * @param submission The compiled module of the learner.
 */
export async function checkSubmission(
  checker: URL,
  submission: URL,
  { signal, only }: CheckOptions = {},
): Promise<ScheduleResult[]> {
  const { default: exercise } = (await import(checker.href)) as { default: Exercise };
  const results: ScheduleResult[] = [];
  for (const [schedule, { says, run }] of Object.entries(exercise.schedules)) {
    if (only !== undefined && schedule !== only) continue;
    await using stage = new LiveStage<string>(checker);
    const abort = () => stage.abort(new IpcError("EXERCISE_UNFINISHED", "interrupted", "run it again"));
    signal?.addEventListener("abort", abort);
    let observed: string | undefined;
    try {
      await run({
        ...stage.controls(),
        start: (process, options = {}) =>
          stage.start(process, { ...options, args: { ...options.args, submission: submission.href } }),
        require(fact, seen) {
          if (!fact) throw new IpcError("EXERCISE_UNFINISHED", seen, "see the README of the exercise");
        },
      });
    } catch (error) {
      observed = error instanceof IpcError ? error.fact : String(error);
    } finally {
      signal?.removeEventListener("abort", abort);
      await stage.end();
    }
    results.push({ schedule, says, events: stage.events(), ...(observed !== undefined && { observed }) });
    if (observed !== undefined) break;
  }
  return results;
}
