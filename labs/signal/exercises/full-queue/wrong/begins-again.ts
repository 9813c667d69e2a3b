import { setTimeout as delay } from "node:timers/promises";
import { IpcError } from "@ipc-playground/contract";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** Tries again, and from the beginning: what was in already is sent a second time. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (let i = 0; i < values.length; i++) {
    if (queued(pid, signal, values[i] as number)) continue;
    await delay(1);
    i = -1;
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
