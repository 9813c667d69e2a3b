import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE, msgget } from "@ipc-playground/libc";
import { getError } from "./sysv-errors.ts";
import { SysvQueue } from "./sysv-queue.ts";

export interface CreateSysvOptions {
  /** Permission bits. Default `0o600`: this user only. */
  mode?: number;
  /** The most bytes that it takes, at most `msgmnb` for a plain user. Default: `msgmnb`. */
  maxBytes?: number;
}

/**
 * Make a new queue. Without a key it is IPC_PRIVATE: found by its id only. It outlives this process.
 *
 * @throws {IpcError} QUEUE_EXISTS, QUEUE_LIMIT
 * @see msgget(2)
 */
export function createSysvQueue(key: number | "private", options: CreateSysvOptions = {}): SysvQueue {
  const number = key === "private" ? IPC_PRIVATE : key;
  const id = msgget(number, IPC_CREAT | IPC_EXCL | (options.mode ?? 0o600));
  if (id < 0) throw getError(id, number, true);
  const queue = new SysvQueue(id);
  try {
    if (options.maxBytes !== undefined) queue.setMaxBytes(options.maxBytes);
    return queue;
  } catch (error) {
    queue.remove();
    throw error;
  }
}

/**
 * Find the queue that has this key.
 *
 * @throws {IpcError} NO_SUCH_QUEUE, NO_PERMISSION
 */
export function openSysvQueue(key: number): SysvQueue {
  const id = msgget(key, 0);
  if (id < 0) throw getError(id, key, false);
  return new SysvQueue(id);
}
