import { constants } from "node:fs";
import { check, ERRNO, mqOpen, mqUnlink } from "@ipc-playground/libc";
import { POSIX_LIMITS, readLimit } from "./limits.ts";
import { checkName, openError, type QueueSize } from "./posix-errors.ts";
import { PosixQueue } from "./posix-queue.ts";

const { O_CREAT, O_EXCL, O_RDWR, O_NONBLOCK } = constants;

export interface CreatePosixOptions extends Partial<QueueSize> {
  /** Permission bits. Default `0o600`: this user only. */
  mode?: number;
}

/**
 * Make a new queue. Its size is fixed for good. It outlives this process, until it is unlinked.
 * Without sizes it gets what the system gives by default, or the most it allows if that is less.
 *
 * @throws {IpcError} BAD_QUEUE_NAME, QUEUE_EXISTS, QUEUE_LIMIT, BAD_ARGUMENT
 * @see mq_open(3)
 */
export function createPosixQueue(
  name: string,
  options: CreatePosixOptions & { nonBlocking?: boolean } = {},
): PosixQueue {
  checkName(name);
  const size = {
    maxMessages: options.maxMessages ?? standard("messages", "defaultMessages"),
    messageBytes: options.messageBytes ?? standard("messageBytes", "defaultMessageBytes"),
  };
  const whole = [size.maxMessages, size.messageBytes].every((n) => Number.isSafeInteger(n));
  const flags = O_CREAT | O_EXCL | O_RDWR | (options.nonBlocking ? O_NONBLOCK : 0);
  const fd = whole ? mqOpen(name, flags, options.mode ?? 0o600, size) : -(ERRNO.EINVAL as number);
  if (fd < 0) throw openError(fd, name, size);
  return new PosixQueue(fd, name);
}

function standard(
  most: "messages" | "messageBytes",
  usual: "defaultMessages" | "defaultMessageBytes",
): number {
  const [least, limit] = [readLimit(POSIX_LIMITS[usual]), readLimit(POSIX_LIMITS[most])];
  return Math.min(least ?? 10, limit ?? least ?? 10);
}

/**
 * Open the queue of this name, for both directions.
 *
 * @throws {IpcError} BAD_QUEUE_NAME, NO_SUCH_QUEUE, NO_PERMISSION
 */
export function openPosixQueue(name: string, options: { nonBlocking?: boolean } = {}): PosixQueue {
  checkName(name);
  const fd = mqOpen(name, O_RDWR | (options.nonBlocking ? O_NONBLOCK : 0));
  if (fd < 0) throw openError(fd, name);
  return new PosixQueue(fd, name);
}

/**
 * Remove the name. Whoever has the queue open goes on using it; it is gone with the last of them.
 * `false`: there was no such name.
 *
 * @see mq_unlink(3)
 */
export function unlinkPosixQueue(name: string): boolean {
  const result = mqUnlink(name);
  if (result === -(ERRNO.ENOENT as number)) return false;
  check(result, { syscall: "mq_unlink", doing: `unlink the queue ${name}` });
  return true;
}
