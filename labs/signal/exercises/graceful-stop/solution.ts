import type { Jobs } from "./jobs.ts";

/** Take jobs and run them until there are no more, or until SIGTERM or SIGINT asks to stop. */
export async function work(jobs: Jobs): Promise<void> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received = signal;
    // Without handlers the default action is back: a second signal ends the process.
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    stop.abort();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);

  while (received === undefined) {
    const job = await jobs.take(stop.signal);
    if (job === undefined) break;
    // Also when the signal came while it was handed out: it is ours now.
    await job.run();
  }

  process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  // The work is done. Now let the signal do what it does to everybody: our parent is told by wait(2).
  if (received !== undefined) process.kill(process.pid, received);
}
