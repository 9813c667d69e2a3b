import { IpcError } from "@ipc-playground/contract";
import { ERRNO, errnoText } from "@ipc-playground/libc";
import { Backlog, type EventLoopQueue } from "./event-loop-queue.ts";
import { alreadyListening, closedMeanwhile } from "./libc-queue.ts";
import { type PosixMqClass, type PosixMqInstance, usablePosixMq } from "./native.ts";
import { checkName, openError, posixReceiveError, posixSendError } from "./posix-errors.ts";
import { dismiss, hold, PosixMqListener } from "./posix-mq-listener.ts";
import { type CreatePosixOptions, createPosixQueue } from "./posix-open.ts";
import type { PosixMessage, Waits } from "./posix-queue.ts";
import type { Listener } from "./sysv-listen.ts";

/** How often a full queue is tried again, in milliseconds. */
const RETRY_MS = 2;

/**
 * The driver over the npm package `posix-mq`, made safe.
 *
 * An open instance polls the queue for reading and for writing at once, wanted or not: with a message
 * in the queue that nobody takes, it spins. So one is open only while somebody listens, and for a call
 * and the rest of its turn of the event loop. The queue is therefore found by its name each time: once
 * that is unlinked, a call is NO_SUCH_QUEUE, unless there is a listener.
 */
class PosixMqQueue implements EventLoopQueue {
  readonly driver = "posix-mq";
  readonly queueName: string;
  readonly #native: PosixMqClass;
  readonly #size: { maxMessages: number; messageBytes: number };
  readonly #buffer: Buffer;
  #instance: PosixMqInstance | undefined;
  #listener: PosixMqListener | undefined;
  #closed = false;
  readonly #backlog = new Backlog((tell) => {
    const timer = setInterval(tell, RETRY_MS);
    return { stop: () => clearInterval(timer) };
  });

  constructor(native: PosixMqClass, name: string) {
    this.#native = native;
    this.queueName = name;
    const { maxmsgs, msgsize } = this.#forThisTurn();
    this.#size = { maxMessages: maxmsgs, messageBytes: msgsize };
    this.#buffer = Buffer.alloc(msgsize);
  }

  attributes() {
    return { ...this.#size, currentMessages: this.#forThisTurn().curmsgs };
  }

  trySend(bytes: Uint8Array, priority = 0): boolean {
    const fail = (errno: number) =>
      posixSendError(-errno, this.queueName, bytes.length, priority, this.#size.messageBytes);
    // posix-mq itself refuses what is over 31, with a TypeError.
    if (!Number.isInteger(priority) || priority < 0 || priority > 31) throw fail(ERRNO.EINVAL as number);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return coded(() => this.#forThisTurn().push(buffer, priority), fail);
  }

  send(bytes: Uint8Array, options: Waits & { priority?: number } = {}): Promise<boolean> {
    const { priority = 0, withinMs = Number.POSITIVE_INFINITY } = options;
    return this.#backlog.add(() => this.trySend(bytes, priority), withinMs);
  }

  tryReceive(): PosixMessage | undefined {
    return this.#shift(this.#forThisTurn());
  }

  #shift(instance: PosixMqInstance): PosixMessage | undefined {
    const taken = coded(
      () => instance.shift(this.#buffer, true),
      (errno) => posixReceiveError(-errno, this.queueName, this.#buffer.length, this.#size.messageBytes),
    );
    if (taken === false) return undefined;
    const [bytes, priority] = taken;
    return { kind: "message", priority, bytes: new Uint8Array(this.#buffer.subarray(0, bytes)) };
  }

  listen(onMessage: (message: PosixMessage) => void): Listener {
    this.#assertOpen();
    if (this.#listener !== undefined) throw alreadyListening(this.queueName);
    const listener = new PosixMqListener({
      queueName: this.queueName,
      open: () => this.#open(),
      take: (instance) => this.#shift(instance),
      onMessage,
    });
    this.#listener = listener;
    return {
      stop: () => {
        listener.stop();
        if (this.#listener === listener) this.#listener = undefined;
      },
      yield: () => listener.yield(),
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener?.stop();
    this.#listener = undefined;
    this.#backlog.close(closedMeanwhile(this.queueName));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The listener's instance, or one that is closed when this turn of the event loop is over. */
  #forThisTurn(): PosixMqInstance {
    this.#assertOpen();
    if (this.#listener !== undefined) return this.#listener.instance;
    if (this.#instance === undefined) {
      const instance = this.#open();
      this.#instance = instance;
      hold(instance);
      setImmediate(() => {
        this.#instance = undefined;
        dismiss(instance);
      });
    }
    return this.#instance;
  }

  #open(): PosixMqInstance {
    const instance = new this.#native();
    coded(
      () => instance.open({ name: this.queueName }),
      (errno) => openError(-errno, this.queueName),
    );
    return instance;
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new IpcError(
      "ALREADY_CLOSED",
      `the queue ${this.queueName} is closed in this process`,
      "use it before close(), and before the `using` block ends",
    );
  }
}

/** posix-mq throws libc's sentence and nothing else: find the number again. */
const ERRNO_OF_TEXT = new Map(Object.values(ERRNO).map((errno) => [errnoText(errno), errno]));

function coded<T>(call: () => T, failure: (errno: number) => IpcError): T {
  try {
    return call();
  } catch (error) {
    const errno = ERRNO_OF_TEXT.get((error as Error).message);
    if (errno === undefined) throw error;
    throw failure(errno);
  }
}

/**
 * Open a POSIX queue for the event loop, through the npm package `posix-mq`; `create` makes a new one.
 *
 * @throws {IpcError} NATIVE_PACKAGE_MISSING, NATIVE_PACKAGE_UNUSABLE, and as `openLibcQueue`
 */
export function openPosixMqQueue(
  name: string,
  options: { create?: CreatePosixOptions } = {},
): EventLoopQueue {
  checkName(name);
  const native = usablePosixMq();
  // Made through libc, whose errors tell which size was wrong; posix-mq opens it by its name.
  if (options.create !== undefined) createPosixQueue(name, options.create).close();
  return new PosixMqQueue(native, name);
}
