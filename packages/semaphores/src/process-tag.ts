import { processStat } from "@ipc-playground/libc";

/** Pids are below 2^22 on Linux (PID_MAX_LIMIT). Source: proc_sys_kernel(5), pid_max. */
const PID_MASK = 0x3f_ffff;
const START_SHIFT = 22;
const START_MASK = 0x1ff;

/**
 * A process in 31 bits that two processes hardly ever share: its pid, and the lowest 9 bits of the clock
 * tick in which it started. A pid that was given to another process meanwhile is told from the old one in
 * 511 of 512 cases; in the last one it looks as if the old process lived.
 */
export function processTag(pid: number): number | null {
  const stat = processStat(pid);
  // A zombie has ended: it will not release anything.
  if (stat === null || stat.state === "Z" || stat.state === "X") return null;
  return ((stat.startTime & START_MASK) << START_SHIFT) | pid;
}

export function pidOf(tag: number): number {
  return tag & PID_MASK;
}

/** Whether the process of this tag runs, as far as this PID namespace can see. */
export function lives(tag: number): boolean {
  return processTag(pidOf(tag)) === tag;
}
