import type { Details, Log } from "@ipc-playground/lab-kit";
import type { OperateOptions, PosixSemaphore, SemaphoreSet, WaitResult } from "@ipc-playground/semaphores";

/** One semaphore of a set, and what it counts. */
export interface Named {
  readonly index: number;
  readonly name: string;
}

interface Told {
  /** One sentence for the learner. */
  note?: string;
  /** What a post and the wait that it ended have in common, for the arrow. */
  flow?: string;
}

function told({ kind }: { kind: string }, timedOut: string, flow: string | undefined): Details {
  if (kind === "timed-out") return { errno: timedOut };
  if (kind === "would-block") return { errno: "EAGAIN" };
  if (kind === "interrupted") return { errno: "EINTR" };
  return flow === undefined ? {} : { flow: [flow] };
}

/** P: semop(2) that takes one, told to the log. */
export function down(
  log: Log,
  set: SemaphoreSet,
  semaphore: Named,
  options: OperateOptions & Told & { undo?: boolean } = {},
): WaitResult {
  const { note, flow, ...waits } = options;
  return log.call(
    "semop -1",
    waits.undo ? `${semaphore.name} (undo)` : semaphore.name,
    () => set.wait(semaphore.index, waits),
    note,
    (result) => told(result, "EAGAIN", flow),
  );
}

/** V: semop(2) that adds one, told to the log. */
export function up(
  log: Log,
  set: SemaphoreSet,
  semaphore: Named,
  options: Told & { undo?: boolean } = {},
): void {
  const { note, flow, undo = false } = options;
  log.call(
    "semop +1",
    undo ? `${semaphore.name} (undo)` : semaphore.name,
    () => set.post(semaphore.index, { undo }),
    note,
    () => (flow === undefined ? {} : { flow: [flow] }),
  );
}

/** sem_wait(3) or sem_timedwait(3), told to the log. */
export function semWait(
  log: Log,
  semaphore: PosixSemaphore,
  object: string,
  options: { withinMs?: number } & Told = {},
): WaitResult {
  const { note, flow, ...waits } = options;
  return log.call(
    waits.withinMs === undefined ? "sem_wait" : "sem_timedwait",
    object,
    () => semaphore.wait(waits),
    note,
    (result) => told(result, "ETIMEDOUT", flow),
  );
}

/** sem_post(3), told to the log. */
export function semPost(
  log: Log,
  semaphore: PosixSemaphore,
  object: string,
  { note, flow }: Told = {},
): void {
  log.call(
    "sem_post",
    object,
    () => semaphore.post(),
    note,
    () => (flow === undefined ? {} : { flow: [flow] }),
  );
}

/** For calls that return 0 or `-errno`: what a 0 means. */
export function zeroIs(result: string): (value: number) => Details {
  return (value) => (value === 0 ? { result } : {});
}

/** The errno with which something is refused, or `"nothing"`. */
export function refusal(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    return (error instanceof Error && "errno" in error && String(error.errno)) || String(error);
  }
}
