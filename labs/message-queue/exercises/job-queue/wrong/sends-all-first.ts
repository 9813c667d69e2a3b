import type { EventLoopQueue } from "@ipc-playground/message-queues";
import { decodeDone, encodeJob, type Job } from "../jobs.ts";

/** Sends everything before it reads anything: with both queues full, everybody waits for room. */
export async function dispatch(
  jobs: readonly Job[],
  queue: EventLoopQueue,
  done: EventLoopQueue,
): Promise<number[]> {
  for (const job of jobs.toSorted((a, b) => b.priority - a.priority))
    await queue.send(encodeJob(job), { priority: job.priority });
  const ids = new Set<number>();
  return new Promise((resolve) => {
    const listener = done.listen(({ bytes }) => {
      ids.add(decodeDone(bytes));
      if (ids.size < jobs.length) return;
      listener.stop();
      resolve([...ids]);
    });
  });
}
