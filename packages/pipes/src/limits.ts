import { readFileSync } from "node:fs";

/**
 * Longest write, in bytes, that other writers to the same pipe cannot interleave with.
 * Linux value; POSIX promises only 512. Source: pipe(7), "PIPE_BUF".
 */
export const PIPE_BUF_BYTES = 4096;

/** The least that POSIX lets PIPE_BUF be, in bytes. Source: limits.h(0p), _POSIX_PIPE_BUF. */
export const POSIX_PIPE_BUF_BYTES = 512;

/**
 * Capacity of a new pipe, in bytes: 16 pages of 4 KiB. Linux value since 2.6.11. A user who holds
 * more than /proc/sys/fs/pipe-user-pages-soft pages gets less. Source: pipe(7), "Pipe capacity".
 */
export const DEFAULT_CAPACITY_BYTES = 65_536;

/**
 * The largest capacity, in bytes, that a process without CAP_SYS_RESOURCE may ask for.
 * 1 MiB unless the administrator changed it. Source: pipe(7), "/proc/sys/fs/pipe-max-size".
 */
export function maxCapacityBytes(): number {
  return Number(readFileSync("/proc/sys/fs/pipe-max-size", "utf8"));
}
