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
  patienceMs: number,
): Promise<number[]> {
  // Order of being done: a set keeps the order of insertion, and a second time changes nothing.
  const ids = new Set<number>();
  const timers = new Map<number, NodeJS.Timeout>();
  const { promise, resolve } = withResolvers<number[]>();
  if (jobs.length === 0) return [];

  // Listening before sending: while the queue of jobs is full, the queue of those done is read empty.
  const listener = done.listen(({ bytes }) => {
    const id = decodeDone(bytes);
    ids.add(id);
    clearTimeout(timers.get(id));
    if (ids.size < jobs.length) return;
    listener.stop();
    for (const timer of timers.values()) clearTimeout(timer);
    resolve([...ids]);
  });

  const give = async (job: Job) => {
    await queue.send(encodeJob(job), { priority: job.priority });
    if (ids.has(job.id)) return;
    timers.set(
      job.id,
      setTimeout(() => void give(job), patienceMs),
    );
  };
  // The queue sorts what is in it. What does not fit waits here, so the urgent ones go in first.
  for (const job of jobs.toSorted((a, b) => b.priority - a.priority)) void give(job);
  return promise;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
