import { removeRun } from "@ipc-playground/lab-kit/runner";
import { EXIT } from "../exit.ts";
import { ProgressDisplay } from "./progress.ts";

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: 143 } as const;

/** Run until done, or until a signal: then the exit status for it, when every child is gone. */
export async function untilInterrupted<T>(
  run: (signal: AbortSignal, display: ProgressDisplay) => Promise<T>,
): Promise<T | number> {
  const display = new ProgressDisplay();
  const abort = new AbortController();
  const stops = Object.entries(SIGNALS).map(([name, status]) => {
    const stop = () => abort.abort(status);
    process.once(name, stop);
    return () => process.off(name, stop);
  });
  try {
    return await run(abort.signal, display);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    display.finish();
    console.error("Stopped: nothing was saved.");
    return abort.signal.reason as number;
  } finally {
    display.finish();
    removeRun();
    for (const off of stops) off();
  }
}
