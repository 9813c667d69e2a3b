import { IpcError } from "@ipc-playground/contract";
import {
  callError,
  check,
  close,
  EPOLLERR,
  EPOLLET,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  EpollEvents,
  ERRNO,
  epollControl,
  epollCreate,
  epollWait,
} from "@ipc-playground/libc";

/** A descriptor that is ready, and for what: EPOLL… bits. */
export interface Ready {
  readonly fd: number;
  readonly events: number;
}

const EEXIST = -(ERRNO.EEXIST as number);
const ENOENT = -(ERRNO.ENOENT as number);
const EINTR = -(ERRNO.EINTR as number);

/** Events that one wait brings at most; the others come with the next. */
const MOST_EVENTS = 256;

/**
 * A list of descriptors that the kernel keeps, and that it watches while nobody asks. Each is watched for
 * EPOLL… bits: EPOLLIN, EPOLLOUT, EPOLLRDHUP; level-triggered, or with EPOLLET edge-triggered; EPOLLONESHOT
 * and EPOLLEXCLUSIVE as epoll_ctl(2) tells them. EPOLLERR and EPOLLHUP come unasked.
 *
 * What is watched is the open file, not the number: a descriptor that is closed while a duplicate of it
 * lives, in a child for instance, goes on to be reported. Delete it before closing it. epoll(7), Q6
 */
export class Epoll implements Disposable {
  readonly #fd: number;
  readonly #events: EpollEvents;
  #closed = false;

  /** @param most Events that one wait brings at most. */
  constructor({ most = MOST_EVENTS }: { most?: number } = {}) {
    this.#events = new EpollEvents(most);
    this.#fd = check(epollCreate(), { syscall: "epoll_create1", doing: "make an epoll" });
  }

  /**
   * The epoll's own descriptor: readable while it has something to tell, so another epoll, or Node's event
   * loop, can wait for it.
   *
   * @throws {IpcError} ALREADY_CLOSED
   */
  get fd(): number {
    if (!this.#closed) return this.#fd;
    throw new IpcError("ALREADY_CLOSED", `epoll ${this.#fd} is closed`, "use it before close()");
  }

  /**
   * Watch a descriptor. `false`: it is watched already.
   *
   * @throws {IpcError} BAD_ARGUMENT: a regular file or a folder, which is always ready (EPERM).
   * @throws {IpcError} BAD_DESCRIPTOR: not open.
   */
  add(fd: number, events: number): boolean {
    return this.#control("add", fd, events);
  }

  /** Watch it for something else, or arm it again after EPOLLONESHOT. `false`: it is not watched. */
  modify(fd: number, events: number): boolean {
    return this.#control("modify", fd, events);
  }

  /** Watch it no longer. `false`: it was not watched. */
  delete(fd: number): boolean {
    return this.#control("delete", fd, 0);
  }

  /**
   * Sleep until a descriptor is ready, at most `withinMs` milliseconds (0: not at all; `Infinity`: for ever),
   * **event loop and all**. Nothing: time is up, or a signal came (EINTR).
   */
  wait(withinMs = Number.POSITIVE_INFINITY): Ready[] {
    const events = this.#events;
    const count = epollWait(this.fd, events, Number.isFinite(withinMs) ? Math.ceil(withinMs) : -1);
    if (count === EINTR) return [];
    check(count, { syscall: "epoll_wait", doing: "wait" });
    const ready: Ready[] = [];
    for (let i = 0; i < count; i++) ready.push({ fd: events.fd(i), events: events.events(i) });
    return ready;
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

  #control(operation: "add" | "modify" | "delete", fd: number, events: number): boolean {
    const result = epollControl(this.fd, operation, fd, events);
    if (result === 0) return true;
    if (result === (operation === "add" ? EEXIST : ENOENT)) return false;
    throw refusal(result, operation, fd);
  }
}

function refusal(returned: number, operation: string, fd: number): IpcError {
  const call = { syscall: "epoll_ctl", doing: `${operation} fd ${fd}` };
  if (returned === -(ERRNO.EPERM as number)) {
    const nextStep = "read it: regular files and folders are always ready, so epoll refuses them";
    return callError(returned, { ...call, code: "BAD_ARGUMENT", nextStep });
  }
  if (returned === -(ERRNO.EBADF as number)) {
    return callError(returned, {
      ...call,
      code: "BAD_DESCRIPTOR",
      nextStep: "delete a descriptor before it is closed",
    });
  }
  if (returned === -(ERRNO.EINVAL as number)) {
    const nextStep = "EPOLLEXCLUSIVE goes with add alone, and not with EPOLLONESHOT; no epoll watches itself";
    return callError(returned, { ...call, code: "BAD_ARGUMENT", nextStep });
  }
  return callError(returned, call);
}

const NAMES = { EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP, EPOLLET };

/** EPOLL… bits in words: `"EPOLLIN | EPOLLRDHUP"`. */
export function epollNames(events: number): string {
  const names = Object.entries(NAMES).filter(([, bit]) => (events & bit) !== 0);
  return names.map(([name]) => name).join(" | ") || "nothing";
}
