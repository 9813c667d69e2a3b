import { bind, withErrno } from "./binding.ts";

const c = {
  setpgid: bind<(pid: number, group: number) => number>("int setpgid(pid_t pid, pid_t pgid)"),
  getpgid: bind<(pid: number) => number>("pid_t getpgid(pid_t pid)"),
};

/**
 * Put a process (0: the calling one) into a process group of its session; `group` 0 makes a new
 * group, whose id is the process's. Returns 0 or `-errno`. setpgid(2)
 */
export function setProcessGroup(pid: number, group: number): number {
  return withErrno(c.setpgid(pid, group));
}

/** The process group of a process (0: the calling one), or `-errno`. getpgid(2) */
export function processGroup(pid: number): number {
  return withErrno(c.getpgid(pid));
}
