import type { EventLoopQueue } from "@ipc-playground/message-queues";
import { decodeDone, encodeJob, type Job } from "../jobs.ts";

/** Priorities and back-pressure are right; a lost job is waited for, for ever. */
export async function dispatch(
  jobs: readonly Job[],
  queue: EventLoopQueue,
  done: EventLoopQueue,
): Promise<number[]> {
  const ids = new Set<number>();
  return new Promise((resolve) => {
    const listener = done.listen(({ bytes }) => {
      ids.add(decodeDone(bytes));
      if (ids.size < jobs.length) return;
      listener.stop();
      resolve([...ids]);
    });
    for (const job of jobs.toSorted((a, b) => b.priority - a.priority))
      void queue.send(encodeJob(job), { priority: job.priority });
  });
}
