import type { EventLoopQueue } from "@ipc-playground/message-queues";
import { decodeDone, encodeJob, type Job } from "../jobs.ts";

/** Thinks as System V does: 1 is the most urgent. */
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
    for (const job of jobs) void queue.send(encodeJob(job), { priority: 31 - job.priority });
  });
}
