import { bind, callInPool, withErrno } from "./binding.ts";
import { realtimeDeadline } from "./timespec.ts";

const c = {
  open: bind<(name: string, flags: number, mode: number, attributes: BigInt64Array | null) => number>(
    "int mq_open(const char *name, int oflag, unsigned int mode, void *attr)",
  ),
  unlink: bind<(name: string) => number>("int mq_unlink(const char *name)"),
  getattr: bind<(queue: number, attributes: BigInt64Array) => number>(
    "int mq_getattr(int mqdes, void *attr)",
  ),
  timedsend: bind<
    (queue: number, bytes: Uint8Array, count: number, priority: number, until: BigInt64Array | null) => number
  >(
    "int mq_timedsend(int mqdes, const void *msg_ptr, size_t msg_len, unsigned int msg_prio, void *abs_timeout)",
  ),
  timedreceive: bind<
    (
      queue: number,
      buffer: Uint8Array,
      count: number,
      priority: Uint32Array,
      until: BigInt64Array | null,
    ) => number
  >("ssize_t mq_timedreceive(int mqdes, void *msg_ptr, size_t msg_len, void *msg_prio, void *abs_timeout)"),
  notify: bind<(queue: number, event: Uint8Array | null) => number>("int mq_notify(int mqdes, void *sevp)"),
};

export interface QueueAttributes {
  /** Whether O_NONBLOCK is set on this open queue. */
  nonBlocking: boolean;
  /** How many messages it holds at most. */
  maxMessages: number;
  /** How many bytes a message may have. */
  messageBytes: number;
  /** How many messages are in it. */
  currentMessages: number;
}

/** `struct mq_attr`: mq_flags, mq_maxmsg, mq_msgsize, mq_curmsgs, and four longs that are reserved. */
const MQ_ATTR_LONGS = 8;
const O_NONBLOCK = 0o4000;

/**
 * mq_open(3). `flags` are those of open(2); `create` is used only with O_CREAT. On Linux the
 * result is a descriptor that poll(2) accepts. Returns it, or `-errno`.
 */
export function mqOpen(
  name: string,
  flags: number,
  mode = 0o600,
  create?: { maxMessages: number; messageBytes: number },
): number {
  const attributes = new BigInt64Array(MQ_ATTR_LONGS);
  if (create !== undefined) {
    attributes[1] = BigInt(create.maxMessages);
    attributes[2] = BigInt(create.messageBytes);
  }
  return withErrno(c.open(name, flags, mode, create === undefined ? null : attributes));
}

/** mq_unlink(3): the name goes now, the queue with its last descriptor. Returns 0 or `-errno`. */
export function mqUnlink(name: string): number {
  return withErrno(c.unlink(name));
}

/** mq_getattr(3). Returns the attributes, or `-errno`. */
export function mqGetAttributes(queue: number): QueueAttributes | number {
  const attributes = new BigInt64Array(MQ_ATTR_LONGS);
  const result = withErrno(c.getattr(queue, attributes));
  if (result < 0) return result;
  const [flags = 0, maxMessages = 0, messageBytes = 0, currentMessages = 0] = Array.from(attributes, Number);
  return { nonBlocking: (flags & O_NONBLOCK) !== 0, maxMessages, messageBytes, currentMessages };
}

/**
 * mq_timedsend(3): wait for room, at most `withinMs` milliseconds (0: not at all; Infinity: for
 * ever). Blocks the whole thread. Returns 0 or `-errno` (`-ETIMEDOUT` when time is up).
 */
export function mqSend(queue: number, bytes: Uint8Array, priority: number, withinMs: number): number {
  return withErrno(c.timedsend(queue, bytes, bytes.length, priority, realtimeDeadline(withinMs)));
}

/** What {@link mqReceive} leaves in its second argument: the priority of the message. */
export type PriorityCell = Uint32Array;

/**
 * mq_timedreceive(3): the oldest message of the highest priority, into `buffer`, which must be at
 * least the queue's message size. Waits as {@link mqSend} does. Returns its bytes, or `-errno`.
 */
export function mqReceive(
  queue: number,
  buffer: Uint8Array,
  priority: PriorityCell,
  withinMs: number,
): number {
  return withErrno(c.timedreceive(queue, buffer, buffer.length, priority, realtimeDeadline(withinMs)));
}

/** {@link mqReceive} in the thread pool. Keep `withinMs` short: see {@link callInPool}. */
export function mqReceiveInPool(
  queue: number,
  buffer: Uint8Array,
  priority: PriorityCell,
  withinMs: number,
): Promise<number> {
  return callInPool(c.timedreceive, queue, buffer, buffer.length, priority, realtimeDeadline(withinMs));
}

const SIGEV_SIGNAL = 0;
/** `struct sigevent` on 64-bit Linux: union sigval (8), int signo, int notify, padding to 64. */
const SIGEVENT_BYTES = 64;

/**
 * mq_notify(3): have the kernel send `signal` to this process when a message comes into the empty
 * queue, once. `null` takes the request back. Returns 0 or `-errno` (`-EBUSY`: another process waits).
 */
export function mqNotify(queue: number, signal: number | null): number {
  if (signal === null) return withErrno(c.notify(queue, null));
  const event = new DataView(new ArrayBuffer(SIGEVENT_BYTES));
  event.setInt32(8, signal, true);
  event.setInt32(12, SIGEV_SIGNAL, true);
  return withErrno(c.notify(queue, new Uint8Array(event.buffer)));
}
