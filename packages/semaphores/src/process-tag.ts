import { ERRNO, kill, type ProcessStat, processStat } from "@ipc-playground/libc";

/** Pids are below 2^22 on Linux (PID_MAX_LIMIT). Source: proc_sys_kernel(5), pid_max. */
const PID_MASK = 0x3f_ffff;
const START_SHIFT = 22;
const START_MASK = 0x1ff;

/**
 * This process in 31 bits that it hardly ever shares with another: its pid, and the lowest 9 bits of the
 * clock tick in which it started. A pid that was given to another process meanwhile is told from the old
 * one in 511 of 512 cases; in the last one it looks as if the old process lived.
 */
export function ownTag(): number {
  const stat = processStat(process.pid);
  return stat === null ? process.pid : tagOf(stat);
}

function tagOf({ pid, startTime }: ProcessStat): number {
  return ((startTime & START_MASK) << START_SHIFT) | pid;
}

export function pidOf(tag: number): number {
  return tag & PID_MASK;
}

/** Whether the process of this tag runs, as far as this PID namespace can see. In doubt it does. */
export function lives(tag: number): boolean {
  const stat = processStat(pidOf(tag));
  // Other users' processes may be hidden in /proc (hidepid), but not from kill(2), which says EPERM.
  if (stat === null) return kill(pidOf(tag), 0) !== -(ERRNO.ESRCH as number);
  // A zombie has ended: it will not release anything.
  return stat.state !== "Z" && stat.state !== "X" && tagOf(stat) === tag;
}
