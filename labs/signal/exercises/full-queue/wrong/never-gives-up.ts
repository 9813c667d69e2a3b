import { setTimeout as delay } from "node:timers/promises";
import { sendQueuedToMainThread } from "@ipc-playground/signals";

/** Any error means "try again": so does the one that says that nobody is there. */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (const value of values) {
    for (;;) {
      try {
        sendQueuedToMainThread(pid, signal, value);
        break;
      } catch {
        await delay(1);
      }
    }
  }
}
