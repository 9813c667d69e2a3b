import type { Jobs } from "../jobs.ts";

/** "A signal came: end." The job in hand ends with it. */
export async function work(jobs: Jobs): Promise<void> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  }
  for (let job = await jobs.take(); job; job = await jobs.take()) await job.run();
}
