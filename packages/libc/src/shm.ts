import { bind, withErrno } from "./binding.ts";

const c = {
  shm_open: bind<(name: string, flags: number, mode: number) => number>(
    "int shm_open(const char *name, int oflag, unsigned int mode)",
  ),
  shm_unlink: bind<(name: string) => number>("int shm_unlink(const char *name)"),
  ftruncate: bind<(fd: number, bytes: number) => number>("int ftruncate(int fd, int64_t length)"),
  fallocate: bind<(fd: number, mode: number, offset: number, bytes: number) => number>(
    "int fallocate(int fd, int mode, int64_t offset, int64_t len)",
  ),
};

/**
 * shm_open(3): open or make a POSIX shared memory object. `flags` are those of open(2); the mode is
 * masked by umask. A new object has size 0: see {@link ftruncate}. On Linux it is a file in
 * /dev/shm. Returns a descriptor (close-on-exec), or `-errno`.
 */
export function shmOpen(name: string, flags: number, mode = 0o600): number {
  return withErrno(c.shm_open(name, flags, mode));
}

/** shm_unlink(3): the name goes now, the memory with its last descriptor and mapping. Returns 0 or `-errno`. */
export function shmUnlink(name: string): number {
  return withErrno(c.shm_unlink(name));
}

/** ftruncate(2): set a file's size. No memory is taken for it before it is touched. Returns 0 or `-errno`. */
export function ftruncate(fd: number, bytes: number): number {
  return withErrno(c.ftruncate(fd, bytes));
}

/**
 * fallocate(2), from the first byte on: take the memory or disk space now, so that a file system
 * without room says ENOSPC here, where touching a page would be a SIGBUS. Returns 0 or `-errno`.
 */
export function fallocate(fd: number, bytes: number): number {
  return withErrno(c.fallocate(fd, 0, 0, bytes));
}
