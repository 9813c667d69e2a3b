import type { Jobs } from "../jobs.ts";

/** Right for whoever sends SIGTERM. A person presses Ctrl-C. */
export async function work(jobs: Jobs): Promise<void> {
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  while (!stop.signal.aborted) {
    const job = await jobs.take(stop.signal);
    if (job === undefined) break;
    await job.run();
  }
  if (stop.signal.aborted) process.kill(process.pid, "SIGTERM");
}
