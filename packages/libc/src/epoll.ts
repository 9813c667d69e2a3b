import { bind, withErrno } from "./binding.ts";

const c = {
  create1: bind<(flags: number) => number>("int epoll_create1(int flags)"),
  create: bind<(size: number) => number>("int epoll_create(int size)"),
  ctl: bind<(epoll: number, operation: number, fd: number, event: Uint8Array | null) => number>(
    "int epoll_ctl(int epfd, int op, int fd, void *event)",
  ),
  wait: bind<(epoll: number, events: Uint8Array, most: number, timeout: number) => number>(
    "int epoll_wait(int epfd, void *events, int maxevents, int timeout)",
  ),
};

// Source: linux/eventpoll.h. The same on every architecture.
export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
/** Always reported. */
export const EPOLLERR = 0x008;
/** Always reported: both directions are closed. */
export const EPOLLHUP = 0x010;
/** The other end has closed its writing side. */
export const EPOLLRDHUP = 0x2000;
/** Of several epolls that watch one descriptor, wake one at least and not all. Linux 4.5. */
export const EPOLLEXCLUSIVE = 1 << 28;
/** Report once, then nothing until the descriptor is modified. */
export const EPOLLONESHOT = 1 << 30;
/** Edge-triggered: report when something comes, not while something is there. */
export const EPOLLET = 2 ** 31;

const EPOLL_CLOEXEC = 0o2000000;
const OPERATIONS = { add: 1, delete: 2, modify: 3 } as const;

// `struct epoll_event`: events, then 64 bits of the caller's. Packed on x64, and only there.
const EVENT_BYTES = process.arch === "x64" ? 12 : 16;
const DATA_OFFSET = process.arch === "x64" ? 4 : 8;

/** epoll_create1(2). Returns a descriptor (close-on-exec), or `-errno`. */
export function epollCreate(): number {
  return withErrno(c.create1(EPOLL_CLOEXEC));
}

/** epoll_create(2), the old form: since Linux 2.6.8 the size says nothing, but must be positive. Or `-errno`. */
export function epollCreateOfSize(size: number): number {
  return withErrno(c.create(size));
}

/** epoll_ctl(2): watch a descriptor for EPOLL… events, change for which, or no longer. Returns 0 or `-errno`. */
export function epollControl(
  epoll: number,
  operation: keyof typeof OPERATIONS,
  fd: number,
  events = 0,
): number {
  const event = new DataView(new ArrayBuffer(EVENT_BYTES));
  event.setUint32(0, events, true);
  event.setInt32(DATA_OFFSET, fd, true);
  return withErrno(c.ctl(epoll, OPERATIONS[operation], fd, new Uint8Array(event.buffer)));
}

/** Where {@link epollWait} leaves what is ready: made once, used again and again. */
export class EpollEvents {
  /** How many it has room for. */
  readonly most: number;
  /** @internal */
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(most: number) {
    this.most = most;
    this.bytes = new Uint8Array(most * EVENT_BYTES);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** The descriptor of the event at this place. */
  fd(index: number): number {
    return this.#view.getInt32(index * EVENT_BYTES + DATA_OFFSET, true);
  }

  /** The EPOLL… bits of the event at this place. */
  events(index: number): number {
    return this.#view.getUint32(index * EVENT_BYTES, true);
  }
}

/**
 * epoll_wait(2): sleep until a descriptor is ready, at most `timeoutMs` milliseconds (-1: for ever; 0:
 * not at all), event loop and all. Returns how many events there are, 0 for none in time, or `-errno`.
 */
export function epollWait(epoll: number, events: EpollEvents, timeoutMs: number): number {
  return withErrno(c.wait(epoll, events.bytes, events.most, timeoutMs));
}
