import { ERRNO } from "./errno.ts";
import { read, write } from "./io.ts";

const EINTR = -(ERRNO.EINTR as number);

/**
 * read(2) again and again, until `buffer` is full or the end of the file has come; a signal does
 * not cut it short. For a blocking descriptor of a byte stream.
 *
 * Returns the number of bytes in `buffer`, fewer than its length only at end-of-file, or `-errno`.
 */
export function readFully(fd: number, buffer: Uint8Array): number {
  let have = 0;
  while (have < buffer.length) {
    const count = read(fd, have === 0 ? buffer : buffer.subarray(have));
    if (count === EINTR) continue;
    if (count < 0) return count;
    if (count === 0) break;
    have += count;
  }
  return have;
}

/**
 * write(2) again and again, until all of `bytes` are taken; a signal does not cut it short. For a
 * blocking descriptor.
 *
 * Returns `bytes.length`, or `-errno`; how many were taken before an error is not told.
 */
export function writeFully(fd: number, bytes: Uint8Array): number {
  let done = 0;
  while (done < bytes.length) {
    const count = write(fd, done === 0 ? bytes : bytes.subarray(done));
    if (count === EINTR) continue;
    if (count < 0) return count;
    done += count;
  }
  return done;
}
