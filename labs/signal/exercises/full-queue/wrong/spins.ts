import { IpcError } from "@ipc-playground/contract";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** Asks again and again, and lets nothing else happen meanwhile. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (const value of values) {
    while (!queued(pid, signal, value));
  }
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
