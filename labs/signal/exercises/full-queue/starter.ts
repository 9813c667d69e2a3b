import { sendQueuedToMainThread } from "@ipc-playground/signals";

/**
 * Queue every value for the main thread of a process, in order, each once. Resolves when all are
 * queued, however long the receiver takes to make room.
 *
 * Rejects with NO_SUCH_PROCESS if nobody has that pid.
 */
export async function sendAll(pid: number, signal: number, values: readonly number[]): Promise<void> {
  for (const value of values) sendQueuedToMainThread(pid, signal, value);
}
