import { bind, withErrno } from "./binding.ts";

const c = {
  memfd_create: bind<(name: string, flags: number) => number>(
    "int memfd_create(const char *name, unsigned int flags)",
  ),
  fcntl: bind<(fd: number, command: number, argument: number) => number>(
    "int fcntl(int fd, int cmd, int arg)",
  ),
};

const MFD_CLOEXEC = 0x1;
const MFD_ALLOW_SEALING = 0x2;

/**
 * memfd_create(2): a file that lives in memory, has no path, and is gone with its last descriptor.
 * `name` only shows in /proc. Unless it may be sealed, it carries F_SEAL_SEAL from the start.
 * Returns a descriptor (close-on-exec), or `-errno`.
 */
export function memfdCreate(name: string, options: { sealable?: boolean } = {}): number {
  return withErrno(c.memfd_create(name, MFD_CLOEXEC | (options.sealable ? MFD_ALLOW_SEALING : 0)));
}

// F_LINUX_SPECIFIC_BASE (1024) + 9 and + 10. Source: linux/fcntl.h.
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;

/** No more seals. Source of all five: linux/fcntl.h, F_ADD_SEALS(2const). */
export const F_SEAL_SEAL = 0x1;
/** The size may not shrink. */
export const F_SEAL_SHRINK = 0x2;
/** The size may not grow. */
export const F_SEAL_GROW = 0x4;
/** Nobody may write. Refused with EBUSY while a writable shared mapping exists. */
export const F_SEAL_WRITE = 0x8;
/** Nobody may write any more, except through mappings that exist. Linux 5.1. */
export const F_SEAL_FUTURE_WRITE = 0x10;

/** Forbid something for good, to everybody who has the file. Returns 0 or `-errno`. fcntl(2) */
export function addSeals(fd: number, seals: number): number {
  return withErrno(c.fcntl(fd, F_ADD_SEALS, seals));
}

/** The seals of a memory file, or `-errno` (`-EINVAL`: a file of a kind that has none). */
export function getSeals(fd: number): number {
  return withErrno(c.fcntl(fd, F_GET_SEALS, 0));
}
