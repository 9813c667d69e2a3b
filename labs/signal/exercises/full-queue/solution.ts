import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** How long to wait before asking again, in milliseconds: no event says when there is room. */
const AGAIN_AFTER_MS = 1;

/** Queue every value for the main thread of a process, in order, each once. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (const value of values) {
    // The next value only when this one is in: that is what keeps the order.
    while (!queued(pid, signal, value)) await delay(AGAIN_AFTER_MS);
  }
}

/** Whether there was room. Whatever else is wrong does not get better by waiting. */
function queued(pid: number, signal: number, value: number): boolean {
  try {
    sendQueuedToMainThread(pid, signal, value);
    return true;
  } catch (error) {
    if (error instanceof IpcError && error.code === "SIGNAL_QUEUE_FULL") return false;
    throw error;
  }
}
