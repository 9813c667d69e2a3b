import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import {
  check,
  ERRNO,
  mqGetAttributes,
  mqNotify,
  mqReceive,
  mqSend,
  type QueueAttributes,
} from "@ipc-playground/libc";
import { posixReceiveError, posixSendError, type QueueSize } from "./posix-errors.ts";
import { type QueueStatus, readStatus } from "./posix-status.ts";

const { O_RDWR, O_NONBLOCK } = constants;

export interface PosixMessage {
  readonly kind: "message";
  readonly priority: number;
  /** The caller's own copy. */
  readonly bytes: Uint8Array;
}

/** `would-block`: it was full for as long as the caller would wait. `interrupted`: a signal came. */
export type PosixSendResult = { readonly kind: "sent" | "would-block" | "timed-out" | "interrupted" };
export type PosixReceiveResult =
  | PosixMessage
  | { readonly kind: "would-block" | "timed-out" | "interrupted" };

/** How long a call may wait, in milliseconds: 0 not at all, `Infinity` (the default) for ever. */
export interface Waits {
  withinMs?: number;
}

const SENT: PosixSendResult = { kind: "sent" };
const FAILURES = new Map<number, { kind: "would-block" | "timed-out" | "interrupted" }>([
  [-(ERRNO.EAGAIN as number), { kind: "would-block" }],
  [-(ERRNO.ETIMEDOUT as number), { kind: "timed-out" }],
  [-(ERRNO.EINTR as number), { kind: "interrupted" }],
]);

/**
 * An open POSIX message queue: a descriptor, whose calls put the thread to sleep. For the event
 * loop, see {@link openLibcQueue}.
 */
export class PosixQueue implements Disposable {
  /** The name under which it was opened, or `fd N` for one that was handed over. */
  readonly queueName: string;
  readonly #fd: number;
  readonly #priority = new Uint32Array(1);
  readonly #buffer: Uint8Array;
  readonly #size: QueueSize;
  #name: string | undefined;
  #closed = false;

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number, queueName = `fd ${fd}`) {
    this.#fd = fd;
    this.queueName = queueName;
    const { maxMessages, messageBytes } = this.attributes();
    this.#size = { maxMessages, messageBytes };
    this.#buffer = new Uint8Array(messageBytes);
  }

  /**
   * The descriptor, to hand to a child or to poll(2).
   *
   * @throws {IpcError} ALREADY_CLOSED: the number may belong to another file by now.
   */
  get fd(): number {
    if (this.#closed) {
      throw new IpcError(
        "ALREADY_CLOSED",
        `the queue ${this.queueName} is closed in this process`,
        "use it before close(), and before the `using` block ends",
      );
    }
    return this.#fd;
  }

  /** The same in every process that has this queue open, for logs: `queue:[INODE]`. */
  get name(): string {
    this.#name ??= `queue:[${fstatSync(this.fd).ino}]`;
    return this.#name;
  }

  /** How many messages it holds, how long they may be, how many are in it. mq_getattr(3) */
  attributes(): QueueAttributes {
    const attributes = mqGetAttributes(this.fd);
    if (typeof attributes !== "number") return attributes;
    check(attributes, { syscall: "mq_getattr", doing: `ask about ${this.queueName}` });
    throw new Error("unreachable");
  }

  /**
   * Put one whole message in, or nothing. Higher `priority` leaves first; 0 to 31 is portable.
   * Sleeps while the queue is full, event loop and all.
   *
   * @throws {IpcError} MESSAGE_TOO_LONG, BAD_ARGUMENT, ALREADY_CLOSED
   * @see mq_send(3)
   */
  send(bytes: Uint8Array, options: Waits & { priority?: number } = {}): PosixSendResult {
    const { priority = 0, withinMs = Number.POSITIVE_INFINITY } = options;
    const result = mqSend(this.fd, bytes, priority, withinMs);
    if (result === 0) return SENT;
    const failure = FAILURES.get(result);
    if (failure !== undefined) return failure;
    throw posixSendError(result, this.queueName, bytes.length, priority, this.#size.messageBytes);
  }

  /**
   * Take the oldest message of the highest priority. Sleeps while the queue is empty, event loop and all.
   *
   * @throws {IpcError} ALREADY_CLOSED
   * @see mq_receive(3)
   */
  receive(options: Waits = {}): PosixReceiveResult {
    const result = this.receiveInto(this.#buffer, options);
    if (typeof result !== "number") return result;
    return { kind: "message", priority: this.#priority[0] as number, bytes: this.#buffer.slice(0, result) };
  }

  /**
   * As {@link receive}, into the caller's buffer, which must have room for the longest message that the
   * queue may hold. Returns the number of bytes that came.
   *
   * @throws {IpcError} BUFFER_TOO_SMALL, ALREADY_CLOSED
   */
  receiveInto(buffer: Uint8Array, options: Waits = {}): number | Exclude<PosixReceiveResult, PosixMessage> {
    const result = mqReceive(this.fd, buffer, this.#priority, options.withinMs ?? Number.POSITIVE_INFINITY);
    if (result >= 0) return result;
    const failure = FAILURES.get(result);
    if (failure !== undefined) return failure;
    throw posixReceiveError(result, this.queueName, buffer.length, this.#size.messageBytes);
  }

  /**
   * Have the kernel send `signal` to this process, once, when a message comes into the empty queue and
   * nobody waits for it. `null` takes that back. One process at a time; `false`: another one has it.
   *
   * @see mq_notify(3)
   */
  notify(signal: number | null): boolean {
    const result = mqNotify(this.fd, signal);
    if (result === -(ERRNO.EBUSY as number)) return false;
    check(result, { syscall: "mq_notify", doing: `be notified of ${this.queueName}` });
    return true;
  }

  /** What the kernel says of it: bytes in it, and who is to be notified. mq_overview(7), "/dev/mqueue" */
  status(): QueueStatus {
    return readStatus(process.pid, this.fd);
  }

  /**
   * A second way in to the same queue, unlinked or not, with flags of its own: O_NONBLOCK belongs to
   * the open, not to the queue.
   */
  reopenNonBlocking(): PosixQueue {
    return new PosixQueue(openSync(`/proc/self/fd/${this.fd}`, O_RDWR | O_NONBLOCK), this.queueName);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Close this process's descriptor. The queue and its messages stay. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
