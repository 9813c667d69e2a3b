import type { ExerciseContext } from "@ipc-playground/lab-kit";
import { resultOf as resultOfProcess } from "@ipc-playground/lab-kit/exercises";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { Family } from "./witness.ts";

/** What the submission's process comes to, with all that it starts in the picture when it hangs. */
export async function resultOf<T>(
  context: Pick<ExerciseContext<string>, "until" | "log">,
  actor: Actor,
  others: readonly Actor[] = [],
): Promise<T> {
  using family = new Family([actor, ...others]);
  return await resultOfProcess<T>(context, actor, [], family);
}

/** A text as it would stand in a program, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 24 ? `${text.slice(0, 24)}…` : text);
}
