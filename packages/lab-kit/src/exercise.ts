import type { ProcessBody } from "./demo.ts";
import type { Stage } from "./stage/stage.ts";

/** What a schedule of an exercise works with. `start` passes the submission on to every process. */
export interface ExerciseContext<P extends string> extends Stage<P> {
  /**
   * The submission must bear this out. `observed` says what was seen instead, as a full fact:
   * "wc is asleep in read on pipe:[12], and node still has its write end open".
   */
  require(fact: boolean, observed: string): void;
}

/** One order of events under which the submission has to work. */
export interface Schedule<P extends string> {
  /** What is asked of the submission here, as a fact: "counts the lines of any two programs". */
  says: string;
  run(context: ExerciseContext<P>): Promise<void>;
}

/** How a program that is wrong on purpose is found out: by which schedule, and saying what. */
export interface CaughtBy<S extends string> {
  schedule: S;
  observed: RegExp;
}

export interface Exercise<P extends string = string, S extends string = string> {
  name: string;
  title: string;
  /** From a nudge to nearly the answer. */
  hints: readonly string[];
  /** Run in the checker's module; each finds the submission's URL with `text("submission")`. */
  processes: Record<P, ProcessBody>;
  schedules: Record<S, Schedule<P>>;
  /** The starter compiles, and fails here. */
  starter: CaughtBy<NoInfer<S>>;
  /** Programs in `wrong/NAME.ts` that look right and are not. */
  wrong: Record<string, CaughtBy<NoInfer<S>>>;
}

/** Type-checks an exercise. It is the default export of its `check.ts`. */
export function defineExercise<P extends string, S extends string>(exercise: Exercise<P, S>): Exercise<P, S> {
  return exercise;
}
