import type { Jobs } from "../jobs.ts";

/** The handlers stay: whoever sends the signal again is not heard. */
export async function work(jobs: Jobs): Promise<void> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    stop.abort();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  while (!received) {
    const job = await jobs.take(stop.signal);
    if (job === undefined) break;
    await job.run();
  }
  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  if (received) process.kill(process.pid, received);
}
