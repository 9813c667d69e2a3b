import { IpcError } from "@ipc-playground/contract";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** "One signal more or less": what does not fit is dropped. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (const value of values) queued(pid, signal, value);
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
