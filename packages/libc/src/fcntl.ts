import { constants } from "node:fs";
import { bind, withErrno } from "./binding.ts";

const c = {
  fcntl: bind<(fd: number, command: number, argument: number) => number>(
    "int fcntl(int fd, int cmd, int arg)",
  ),
};

/** Close this descriptor on exec. The same on x64 and arm64. Source: asm-generic/fcntl.h. */
export const O_CLOEXEC = 0o2000000;
export const O_NONBLOCK = constants.O_NONBLOCK;
export const O_APPEND = constants.O_APPEND;
/** On a pipe: packet mode, pipe2(2). The value differs between x64 and arm64, so ask Node. */
export const O_DIRECT = constants.O_DIRECT;
export const O_ACCMODE = 0o3;

// F_LINUX_SPECIFIC_BASE (1024) + 6. Source: linux/fcntl.h.
const F_DUPFD_CLOEXEC = 1030;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
// F_LINUX_SPECIFIC_BASE (1024) + 7 and + 8. Source: linux/fcntl.h.
const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;
const FD_CLOEXEC = 1;

/** The status flags (O_NONBLOCK, O_APPEND, the access mode, …) of an open file, or `-errno`. fcntl(2) */
export function getStatusFlags(fd: number): number {
  return withErrno(c.fcntl(fd, F_GETFL, 0));
}

/** Set the status flags that fcntl(2) lets be changed. Returns 0 or `-errno`. */
export function setStatusFlags(fd: number, flags: number): number {
  return withErrno(c.fcntl(fd, F_SETFL, flags));
}

/**
 * Switch O_NONBLOCK. The flag belongs to the open file description: whoever inherited the
 * descriptor is switched too. Returns 0 or `-errno`.
 */
export function setNonBlocking(fd: number, nonBlocking: boolean): number {
  const flags = getStatusFlags(fd);
  if (flags < 0) return flags;
  return setStatusFlags(fd, nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

/** Whether a child started by exec gets this descriptor. Returns 0 or `-errno`. */
export function setInheritable(fd: number, inheritable: boolean): number {
  const flags = withErrno(c.fcntl(fd, F_GETFD, 0));
  if (flags < 0) return flags;
  return withErrno(c.fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}

/** Another descriptor (close-on-exec) of the same open file, or `-errno`. fcntl(2), F_DUPFD_CLOEXEC */
export function duplicate(fd: number): number {
  return withErrno(c.fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

/** The capacity of a pipe or FIFO in bytes, or `-errno`. fcntl(2), F_GETPIPE_SZ */
export function getPipeSize(fd: number): number {
  return withErrno(c.fcntl(fd, F_GETPIPE_SZ, 0));
}

/**
 * Ask for a capacity in bytes. The kernel rounds up to a power of two of pages.
 * Returns the capacity that it gave, or `-errno`. fcntl(2), F_SETPIPE_SZ
 */
export function setPipeSize(fd: number, bytes: number): number {
  return withErrno(c.fcntl(fd, F_SETPIPE_SZ, bytes));
}
