import { bind, withErrno } from "./binding.ts";

const c = {
  poll: bind<(fds: Uint8Array, count: number, timeout: number) => number>(
    "int poll(void *fds, unsigned long nfds, int timeout)",
  ),
};

/** `struct pollfd`: int fd, short events, short revents. */
const POLLFD_BYTES = 8;

/** Descriptors for poll(2), written down once and asked for again and again: the kernel gets all of them each time. */
export class PollSet {
  /** How many descriptors there are. */
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** @param events POLL… bits: those of every descriptor. */
  constructor(fds: readonly number[], events: number) {
    this.count = fds.length;
    this.#bytes = new Uint8Array(fds.length * POLLFD_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    for (const [i, fd] of fds.entries()) {
      this.#view.setInt32(i * POLLFD_BYTES, fd, true);
      this.#view.setInt16(i * POLLFD_BYTES + 4, events, true);
    }
  }

  /**
   * poll(2): sleep until a descriptor is ready, at most `timeoutMs` milliseconds (-1: for ever; 0: not at
   * all), event loop and all. Returns how many are ready, not which: see {@link found}. Or `-errno`.
   */
  wait(timeoutMs: number): number {
    return withErrno(c.poll(this.#bytes, this.count, timeoutMs));
  }

  /** The POLL… bits that the last wait found for the descriptor at this place; 0 for none. */
  found(index: number): number {
    return this.#view.getInt16(index * POLLFD_BYTES + 6, true);
  }
}
