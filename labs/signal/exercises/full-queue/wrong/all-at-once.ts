import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** Every value tries for itself, at its own pace: whoever finds room first has overtaken the others. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  await Promise.all(
    values.map(async (value) => {
      while (!queued(pid, signal, value)) await delay(1 + 5 * Math.random());
    }),
  );
}

function queued(pid: number, signal: number, value: number): boolean {
  try {
    sendQueuedToMainThread(pid, signal, value);
    return true;
  } catch (error) {
    if (error instanceof IpcError && error.code === "SIGNAL_QUEUE_FULL") return false;
    throw error;
  }
}
