import { IpcError } from "@ipc-playground/contract";
import { type Watch, watchDescriptor } from "@ipc-playground/libc";
import { Backlog, type EventLoopQueue, PER_TURN, throwLater } from "./event-loop-queue.ts";
import { type CreatePosixOptions, createPosixQueue, openPosixQueue } from "./posix-open.ts";
import type { PosixMessage, PosixQueue, Waits } from "./posix-queue.ts";
import type { Listener } from "./sysv-listen.ts";

/** The driver that talks to libc. On Linux a queue is a descriptor, so epoll(7) itself says when it is ready. */
class LibcQueue implements EventLoopQueue {
  readonly driver = "libc";
  readonly #queue: PosixQueue;
  #watch: Watch | undefined;
  // libuv watches a descriptor once: waiting for room takes another one.
  #forRoom: PosixQueue | undefined;
  readonly #backlog = new Backlog((tell) => {
    this.#forRoom ??= this.#queue.reopenNonBlocking();
    return watchDescriptor(this.#forRoom.fd, { writable: true }, tell);
  });

  constructor(queue: PosixQueue) {
    this.#queue = queue;
  }

  get queueName(): string {
    return this.#queue.queueName;
  }

  attributes() {
    return this.#queue.attributes();
  }

  trySend(bytes: Uint8Array, priority = 0): boolean {
    return this.#queue.send(bytes, { priority }).kind === "sent";
  }

  send(bytes: Uint8Array, options: Waits & { priority?: number } = {}): Promise<boolean> {
    const { priority = 0, withinMs = Number.POSITIVE_INFINITY } = options;
    return this.#backlog.add(() => this.trySend(bytes, priority), withinMs);
  }

  tryReceive(): PosixMessage | undefined {
    const result = this.#queue.receive();
    return result.kind === "message" ? result : undefined;
  }

  listen(onMessage: (message: PosixMessage) => void): Listener {
    if (this.#watch !== undefined) throw alreadyListening(this.queueName);
    let yielded = false;
    const watch = watchDescriptor(this.#queue.fd, { readable: true }, () => {
      // epoll is level-triggered: what is left is announced again in the next turn.
      yielded = false;
      for (let taken = 0; taken < PER_TURN && !yielded && this.#watch === watch; taken++) {
        const message = this.tryReceive();
        if (message === undefined) return;
        try {
          onMessage(message);
        } catch (error) {
          throwLater(error);
        }
      }
    });
    this.#watch = watch;
    return {
      stop: () => {
        watch.stop();
        if (this.#watch === watch) this.#watch = undefined;
      },
      yield: () => {
        yielded = true;
      },
    };
  }

  close(): void {
    if (this.#queue.closed) return;
    this.#watch?.stop();
    this.#watch = undefined;
    this.#backlog.close(closedMeanwhile(this.queueName));
    this.#forRoom?.close();
    this.#queue.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export function alreadyListening(queueName: string): IpcError {
  return new IpcError(
    "BAD_ARGUMENT",
    `somebody listens to ${queueName} through this object already`,
    "stop that listener first, or open the queue a second time",
  );
}

export function closedMeanwhile(queueName: string): IpcError {
  return new IpcError(
    "ALREADY_CLOSED",
    `the queue ${queueName} was closed before there was room for a message`,
    "await the sends before close()",
  );
}

/**
 * Open a POSIX queue for the event loop, through libc; `create` makes a new one.
 *
 * @throws {IpcError} as {@link createPosixQueue} and {@link openPosixQueue}
 */
export function openLibcQueue(name: string, options: { create?: CreatePosixOptions } = {}): EventLoopQueue {
  return new LibcQueue(
    options.create === undefined
      ? openPosixQueue(name, { nonBlocking: true })
      : createPosixQueue(name, { ...options.create, nonBlocking: true }),
  );
}
