import { bind, withErrno } from "./binding.ts";

const c = {
  tee: bind<(from: number, to: number, bytes: number, flags: number) => number>(
    "ssize_t tee(int fd_in, int fd_out, size_t len, unsigned int flags)",
  ),
};

const SPLICE_F_NONBLOCK = 2;

/**
 * tee(2): copy up to `bytes` from one pipe or FIFO into another pipe, and leave them in the first.
 * Does not wait. Returns the number of bytes; 0: it is empty and no writer has it open; or
 * `-errno`, EAGAIN for one that is empty and has a writer.
 */
export function tee(from: number, to: number, bytes: number): number {
  return withErrno(c.tee(from, to, bytes, SPLICE_F_NONBLOCK));
}
