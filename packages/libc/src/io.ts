import { bind, callInPool, withErrno } from "./binding.ts";

const c = {
  read: bind<(fd: number, buffer: Uint8Array, count: number) => number>(
    "ssize_t read(int fd, void *buf, size_t count)",
  ),
  write: bind<(fd: number, buffer: Uint8Array, count: number) => number>(
    "ssize_t write(int fd, const void *buf, size_t count)",
  ),
  close: bind<(fd: number) => number>("int close(int fd)"),
  poll: bind<(fds: Uint8Array, count: number, timeout: number) => number>(
    "int poll(void *fds, unsigned long nfds, int timeout)",
  ),
};

/**
 * read(2): up to `buffer.length` bytes into `buffer`. Blocks the whole thread, event loop
 * included, unless the descriptor is non-blocking or has something to give.
 *
 * Returns the number of bytes, 0 at end-of-file, or `-errno`.
 */
export function read(fd: number, buffer: Uint8Array): number {
  return withErrno(c.read(fd, buffer, buffer.length));
}

/** write(2). Returns the number of bytes that were taken, which may be fewer than given, or `-errno`. */
export function write(fd: number, bytes: Uint8Array): number {
  return withErrno(c.write(fd, bytes, bytes.length));
}

/** close(2). Returns 0 or `-errno`. */
export function close(fd: number): number {
  return withErrno(c.close(fd));
}

/** Events of poll(2); the values are those of every Linux architecture. Source: asm-generic/poll.h. */
export const POLLIN = 0x001;
export const POLLOUT = 0x004;
/** Never asked for, always reported: the other end of a pipe is gone, for one that writes to it. */
export const POLLERR = 0x008;
/** Never asked for, always reported: no writer is left. */
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;

export interface PollRequest {
  fd: number;
  events: number;
}

/** `struct pollfd`: int fd, short events, short revents. */
const POLLFD_BYTES = 8;

function encodePollfds(requests: readonly PollRequest[]): DataView {
  const view = new DataView(new ArrayBuffer(requests.length * POLLFD_BYTES));
  for (const [i, { fd, events }] of requests.entries()) {
    view.setInt32(i * POLLFD_BYTES, fd, true);
    view.setInt16(i * POLLFD_BYTES + 4, events, true);
  }
  return view;
}

function decodeRevents(view: DataView): number[] {
  return Array.from({ length: view.byteLength / POLLFD_BYTES }, (_, i) =>
    view.getInt16(i * POLLFD_BYTES + 6, true),
  );
}

/**
 * poll(2): wait until one of the descriptors is ready, at most `withinMs` milliseconds (0 asks
 * and returns at once, -1 waits for ever). Blocks the whole thread.
 *
 * Returns what was found for each request, in order (all 0: time is up), or `-errno`.
 */
export function poll(requests: readonly PollRequest[], withinMs: number): number[] | number {
  const view = encodePollfds(requests);
  const ready = withErrno(c.poll(new Uint8Array(view.buffer), requests.length, withinMs));
  return ready < 0 ? ready : decodeRevents(view);
}

/**
 * How long one wait in the thread pool lasts, in milliseconds. It bounds how long a process that
 * wants to exit is held up, and how long one of the pool's four threads is taken.
 */
const POOL_SLICE_MS = 50;

/** {@link poll} without blocking the event loop. `withinMs` must be finite. */
export async function pollAsync(
  requests: readonly PollRequest[],
  withinMs: number,
): Promise<number[] | number> {
  const deadline = performance.now() + withinMs;
  const view = encodePollfds(requests);
  const bytes = new Uint8Array(view.buffer);
  for (;;) {
    const leftMs = Math.max(0, Math.ceil(deadline - performance.now()));
    const ready = await callInPool(c.poll, bytes, requests.length, Math.min(leftMs, POOL_SLICE_MS));
    if (ready < 0) return ready;
    if (ready > 0 || leftMs === 0) return decodeRevents(view);
  }
}
