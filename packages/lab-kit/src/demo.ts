import type { ClaimSpec } from "@ipc-playground/contract";
import type { Log } from "./log.ts";
import type { Stage } from "./stage/stage.ts";

/** What a process of a demo is given. It runs in a Node process of its own. */
export interface ProcessContext {
  /** The descriptor that the director handed over under this name. */
  fd(name: string): number;
  /** A number that the director passed under this name. */
  number(name: string): number;
  /** A text that the director passed under this name. */
  text(name: string): string;
  readonly log: Log;
}

/** A process of a demo. What it returns must be JSON; the director gets it from {@link Actor.result}. */
export type ProcessBody = (context: ProcessContext) => unknown;

/** A question to ask before the demo runs, so that a learner commits to an answer first. */
export interface Prediction {
  question: string;
  choices: readonly string[];
  /** Index into `choices` of what happens. */
  answer: number;
  /** Why, in a sentence or two. */
  because: string;
}

/** What the director of a demo works with. It runs in the process of the command line. */
export interface DirectorContext<P extends string, C extends string> extends Stage<P> {
  /**
   * Judge a claim: did the kernel bear the sentence out? `evidence` is the numbers that were seen.
   * Every claim of the demo is judged exactly once.
   */
  claim(name: C, bornOut: boolean, evidence: string): void;
  /** This machine cannot say, and why: no permission, no compiler, another platform. */
  unavailable(name: C, reason: string): void;
}

export interface Demo<P extends string = string, C extends string = string> {
  /** Stable: lessons, tests and translations refer to it. */
  name: string;
  title: string;
  claims: Record<C, ClaimSpec>;
  predict?: Prediction;
  processes: Record<P, ProcessBody>;
  run(director: DirectorContext<P, C>): Promise<void>;
}

/** Type-checks a demo, so that `start` and `claim` know its names. The demo is the module's default export. */
export function defineDemo<P extends string, C extends string>(demo: Demo<P, C>): Demo<P, C> {
  return demo;
}
