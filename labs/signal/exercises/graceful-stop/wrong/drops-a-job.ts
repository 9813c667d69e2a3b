import type { Jobs } from "../jobs.ts";

/** Looks once more before it begins. What it was handed is nobody's now. */
export async function work(jobs: Jobs): Promise<void> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    stop.abort();
  };
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  for (;;) {
    const job = await jobs.take(stop.signal);
    if (job === undefined || received) break;
    await job.run();
    if (received) break;
  }
  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  if (received) process.kill(process.pid, received);
}
