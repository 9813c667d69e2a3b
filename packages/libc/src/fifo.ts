import { constants } from "node:fs";
import { bind, withErrno } from "./binding.ts";
import { O_CLOEXEC } from "./fcntl.ts";

const c = {
  mkfifo: bind<(path: string, mode: number) => number>("int mkfifo(const char *pathname, unsigned int mode)"),
  open: bind<(path: string, flags: number, mode: number) => number>(
    "int open(const char *pathname, int flags, unsigned int mode)",
  ),
};

export const O_RDONLY = constants.O_RDONLY;
export const O_WRONLY = constants.O_WRONLY;
export const O_RDWR = constants.O_RDWR;

/** mkfifo(3): make a FIFO. The umask takes its bits from `mode`. Returns 0 or `-errno`. */
export function mkfifo(path: string, mode: number): number {
  return withErrno(c.mkfifo(path, mode));
}

/**
 * open(2) of a file that exists; close-on-exec is added to `flags`. Where the kernel makes the
 * caller wait, as for a FIFO without O_NONBLOCK, the whole thread sleeps, event loop included:
 * there is no way to open a FIFO like that in Node's thread pool and be sure to get the thread back.
 *
 * Returns a descriptor, or `-errno`.
 */
export function open(path: string, flags: number): number {
  return withErrno(c.open(path, flags | O_CLOEXEC, 0));
}
