import type { Jobs } from "../jobs.ts";

/** The flag is looked at after a job was begun that should not have been. */
export async function work(jobs: Jobs): Promise<void> {
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
  };
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  for (let job = await jobs.take(); job; job = await jobs.take()) {
    const stopping = received;
    await job.run();
    if (stopping) break;
  }
  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  if (received) process.kill(process.pid, received);
}
