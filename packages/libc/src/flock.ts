import { bind, withErrno } from "./binding.ts";

const c = {
  flock: bind<(fd: number, operation: number) => number>("int flock(int fd, int operation)"),
  fcntlAt: bind<(fd: number, command: number, lock: Uint8Array) => number>(
    "int fcntl(int fd, int cmd, void *lock)",
  ),
};

// Source: sys/file.h.
export const LOCK_SH = 1;
export const LOCK_EX = 2;
/** Do not wait: EWOULDBLOCK, which is EAGAIN. */
export const LOCK_NB = 4;
export const LOCK_UN = 8;

/**
 * flock(2): lock or unlock a whole file. The lock belongs to the open file, not to the process: who
 * inherits the descriptor has it too, and it goes when the last of them is closed. Returns 0 or `-errno`.
 */
export function flock(fd: number, operation: number): number {
  return withErrno(c.flock(fd, operation));
}

// Source: asm-generic/fcntl.h. The same on x64 and arm64.
const F_SETLK = 6;
const F_SETLKW = 7;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
/** `struct flock` on 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid. */
const FLOCK_BYTES = 32;

/**
 * fcntl(2), F_SETLK or (`wait`) F_SETLKW: lock or unlock `bytes` bytes of a file from `start` on. The lock
 * belongs to the process, and goes when it closes any descriptor of that file. Returns 0 or
 * `-errno`: `-EAGAIN`; `-EDEADLK` where waiting would close a circle, which the kernel looks for.
 */
export function lockBytes(
  fd: number,
  type: typeof F_WRLCK | typeof F_UNLCK,
  range: { start: number; bytes: number; wait?: boolean },
): number {
  const view = new DataView(new ArrayBuffer(FLOCK_BYTES));
  view.setInt16(0, type, true);
  view.setBigInt64(8, BigInt(range.start), true);
  view.setBigInt64(16, BigInt(range.bytes), true);
  return withErrno(c.fcntlAt(fd, range.wait ? F_SETLKW : F_SETLK, new Uint8Array(view.buffer)));
}
