import { fstatSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { close, ERRNO, MSG_DONTWAIT, setNonBlocking, setSocketTimeout } from "@ipc-playground/libc";
import { checkSocket } from "./socket-errors.ts";

/** How long a call may wait, in milliseconds: 0 not at all, `Infinity` (the default) for ever. */
export interface Waits {
  withinMs?: number;
}

/** `would-block`: the caller, or the socket, does not wait. `interrupted`: a signal ended a wait without a deadline. */
export type Unready = { readonly kind: "would-block" | "timed-out" | "interrupted" };

const EAGAIN = -(ERRNO.EAGAIN as number);
const EINTR = -(ERRNO.EINTR as number);
/** Shortest deadline of the kernel, in milliseconds: a microsecond. 0 would be for ever. */
const SHORTEST_MS = 0.001;
const WOULD_BLOCK: Unready = { kind: "would-block" };
const TIMED_OUT: Unready = { kind: "timed-out" };
const INTERRUPTED: Unready = { kind: "interrupted" };

/** A descriptor of a socket that is closed once, and how long its calls may sleep. */
export class SocketHandle implements Disposable {
  readonly #fd: number;
  // What SO_RCVTIMEO and SO_SNDTIMEO are: set only where they change.
  readonly #timeouts = { receive: Number.POSITIVE_INFINITY, send: Number.POSITIVE_INFINITY };
  #name: string | undefined;
  #nonBlocking: boolean;
  #closed = false;

  /** Take over a descriptor: from now on this object closes it. */
  constructor(fd: number, nonBlocking = false) {
    this.#fd = fd;
    this.#nonBlocking = nonBlocking;
  }

  /**
   * The descriptor's number, to hand to a child, to poll(2) or to an epoll.
   *
   * @throws {IpcError} ALREADY_CLOSED: the number may belong to another file by now.
   */
  get fd(): number {
    if (this.#closed) {
      throw new IpcError(
        "ALREADY_CLOSED",
        `fd ${this.#fd} of this socket is closed in this process`,
        "use the socket before close(), and before the `using` block ends",
      );
    }
    return this.#fd;
  }

  /** The socket's name in /proc, the same in every process that has it: `"socket:[1234]"`. */
  get name(): string {
    // With numbers in place of bigints, the next import() would go wrong: see lab-kit's run-directory.ts.
    this.#name ??= `socket:[${fstatSync(this.fd, { bigint: true }).ino}]`;
    return this.#name;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get nonBlocking(): boolean {
    return this.#nonBlocking;
  }

  /** Calls return at once from now on, in every process that shares this socket. O_NONBLOCK, fcntl(2) */
  makeNonBlocking(): void {
    if (this.#nonBlocking) return;
    checkSocket(setNonBlocking(this.fd, true), "fcntl", `make ${this.name} non-blocking`);
    this.#nonBlocking = true;
  }

  /** Close this process's descriptor. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    close(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Make a call that sleeps no longer than that: `call` gets the flags for it. A signal does not end a wait
   * with a deadline: Node's own handlers come all the time, for a child that has ended.
   *
   * @internal
   */
  waiting<T>(direction: "receive" | "send", withinMs: number, call: (flags: number) => T): T {
    if (withinMs === 0) return call(MSG_DONTWAIT);
    this.#setTimeout(direction, withinMs);
    if (!Number.isFinite(withinMs)) return call(0);
    const deadline = performance.now() + withinMs;
    for (;;) {
      const result = call(0);
      if (result !== EINTR) return result;
      this.#setTimeout(direction, Math.max(SHORTEST_MS, deadline - performance.now()));
    }
  }

  #setTimeout(direction: "receive" | "send", withinMs: number): void {
    if (this.#timeouts[direction] === withinMs) return;
    checkSocket(setSocketTimeout(this.fd, direction, withinMs), "setsockopt", "set a deadline");
    this.#timeouts[direction] = withinMs;
  }

  /**
   * The state that an error number stands for, or `undefined` if it is an error.
   *
   * @internal
   */
  unready(returned: number, withinMs: number): Unready | undefined {
    if (returned === EINTR) return INTERRUPTED;
    if (returned !== EAGAIN) return undefined;
    return withinMs === 0 || this.#nonBlocking ? WOULD_BLOCK : TIMED_OUT;
  }
}
