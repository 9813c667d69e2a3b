/**
 * Longest write, in bytes, that other writers to the same FIFO cannot interleave with.
 * Linux value; POSIX promises only 512. Source: pipe(7), "PIPE_BUF".
 */
export const PIPE_BUF_BYTES = 4096;

/**
 * Bytes that a FIFO holds when it is full: 16 pages of 4 KiB, as a new pipe. Linux value since
 * 2.6.11. It is that of the time while somebody has it open: the next who open it begin anew.
 * Source: pipe(7), "Pipe capacity".
 */
export const DEFAULT_CAPACITY_BYTES = 65_536;

/** Longest path, in bytes, with the NUL that ends it. Linux value. Source: path_resolution(7), limits.h(0p). */
export const PATH_MAX_BYTES = 4096;

/** Longest name of one file in its folder, in bytes. Linux value. Source: limits.h(0p), NAME_MAX. */
export const NAME_MAX_BYTES = 255;
