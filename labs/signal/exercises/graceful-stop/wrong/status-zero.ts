import type { Jobs } from "../jobs.ts";

/** Everything but the end: status 0 says that there was nothing more to do. */
export async function work(jobs: Jobs): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  while (!stop.signal.aborted) {
    const job = await jobs.take(stop.signal);
    if (job === undefined) break;
    await job.run();
  }
  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
}
