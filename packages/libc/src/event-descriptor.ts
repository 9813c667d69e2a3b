import { bind, withErrno } from "./binding.ts";

const c = {
  eventfd: bind<(value: number, flags: number) => number>("int eventfd(unsigned int initval, int flags)"),
  timerfd_create: bind<(clock: number, flags: number) => number>(
    "int timerfd_create(int clockid, int flags)",
  ),
  timerfd_settime: bind<(fd: number, flags: number, value: BigInt64Array, old: null) => number>(
    "int timerfd_settime(int fd, int flags, const void *new_value, void *old_value)",
  ),
};

// Source: linux/eventfd.h, linux/timerfd.h. The same on x64 and arm64.
const EFD_SEMAPHORE = 0o1;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
const CLOCK_MONOTONIC = 1;

/**
 * eventfd(2): a number behind a descriptor. write(2) of 8 bytes adds to it; read(2) of 8 bytes takes it
 * all (or one, with `semaphore`), and sleeps while it is 0. Returns a descriptor (close-on-exec), or `-errno`.
 */
export function eventfd(value: number, options: { semaphore?: boolean; nonBlocking?: boolean } = {}): number {
  const flags = CLOEXEC | (options.semaphore ? EFD_SEMAPHORE : 0) | (options.nonBlocking ? NONBLOCK : 0);
  return withErrno(c.eventfd(value, flags));
}

/** timerfd_create(2) on CLOCK_MONOTONIC. read(2) of 8 bytes tells how often it went off. Or `-errno`. */
export function timerfd(options: { nonBlocking?: boolean } = {}): number {
  return withErrno(c.timerfd_create(CLOCK_MONOTONIC, CLOEXEC | (options.nonBlocking ? NONBLOCK : 0)));
}

/** timerfd_settime(2): go off after that many ms, then each interval (0: once). Both 0 stop it. Returns 0 or `-errno`. */
export function setTimerfd(fd: number, firstMs: number, intervalMs = 0): number {
  const ns = (ms: number) => BigInt(Math.round(ms * 1e6));
  const split = (all: bigint) => [all / 1_000_000_000n, all % 1_000_000_000n] as const;
  const value = BigInt64Array.of(...split(ns(intervalMs)), ...split(ns(firstMs)));
  return withErrno(c.timerfd_settime(fd, 0, value, null));
}
