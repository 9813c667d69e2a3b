import { IpcError } from "@ipc-playground/contract";
import type { ExerciseContext } from "@ipc-playground/lab-kit";
import type { Actor } from "@ipc-playground/lab-kit/runner";
import { blockedCall, processStat, threadIds } from "@ipc-playground/libc";

/** So long may a step take, in milliseconds, that takes a few when all is well. */
export const WITHIN_MS = 4_000;

/**
 * Wait until the fact is there. Otherwise, what is told is `missing` and where the submission's
 * process is; the same at once if that process has ended.
 *
 * @throws {IpcError} EXERCISE_UNFINISHED, PROCESS_FAILED
 */
export async function happens(
  { until }: Pick<ExerciseContext<string>, "until">,
  submission: Actor,
  fact: () => boolean,
  missing: string,
): Promise<void> {
  const late = performance.now() + WITHIN_MS;
  const unfinished = () =>
    new IpcError(
      "EXERCISE_UNFINISHED",
      `${missing}: ${whereIs(submission)}`,
      "see the README of the exercise",
    );
  await until(fact, {
    what: missing,
    withinMs: 2 * WITHIN_MS,
    orElse: () => {
      if (!submission.running) return submission.exit?.code === 0 ? unfinished() : submission.failure();
      const now = performance.now();
      // Where it sleeps says more than that it is on a processor just now: wait a little for that.
      const tells = processStat(submission.pid)?.state !== "R" || now > late + WITHIN_MS / 2;
      return now > late && tells ? unfinished() : undefined;
    },
  });
}

/** In words, with the threads of its pool that sleep in open(2). */
function whereIs(actor: Actor): string {
  const where = `${actor.name} ${actor.running ? "is " : ""}${actor.whereabouts()}`;
  const inPool = threadIds(actor.pid).filter(
    (tid) => tid !== actor.pid && blockedCall(tid)?.syscall === "openat",
  ).length;
  return inPool === 0 ? where : `${where}, and ${inPool} threads of its pool are asleep in openat`;
}
