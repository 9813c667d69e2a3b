import type { Jobs } from "../jobs.ts";

/** A flag, and a worker that waits for a job never looks at it. */
export async function work(jobs: Jobs): Promise<void> {
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
  };
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  while (!received) {
    const job = await jobs.take();
    if (job === undefined) break;
    await job.run();
  }
  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  if (received) process.kill(process.pid, received);
}
