import type { EventLoopQueue } from "@ipc-playground/message-queues";
import { decodeDone, encodeJob, type Job } from "../jobs.ts";

/** Sends again what is late, and takes the second acknowledgement of one job for the first of another. */
export async function dispatch(
  jobs: readonly Job[],
  queue: EventLoopQueue,
  done: EventLoopQueue,
  patienceMs: number,
): Promise<number[]> {
  const ids: number[] = [];
  return new Promise((resolve) => {
    const give = (job: Job) =>
      void queue.send(encodeJob(job), { priority: job.priority }).then(() => {
        const again = () => {
          if (!ids.includes(job.id) && ids.length < jobs.length) give(job);
        };
        setTimeout(again, patienceMs).unref();
      });
    const listener = done.listen(({ bytes }) => {
      ids.push(decodeDone(bytes));
      if (ids.length < jobs.length) return;
      listener.stop();
      resolve(ids);
    });
    for (const job of jobs.toSorted((a, b) => b.priority - a.priority)) give(job);
  });
}
