import { bind, withErrno } from "./binding.ts";

const c = {
  kill: bind<(pid: number, signal: number) => number>("int kill(pid_t pid, int sig)"),
  prctl: bind<(option: number, argument: number) => number>("int prctl(int option, unsigned long arg2)"),
};

const PR_SET_PDEATHSIG = 1;

/** kill(2). `signal` 0 asks only whether it may be sent. Returns 0 or `-errno`. */
export function kill(pid: number, signal: number): number {
  return withErrno(c.kill(pid, signal));
}

/**
 * Have the kernel send this process `signal` when its parent's thread that started it ends,
 * however it ends. Ask getppid(2) afterwards: the parent may be gone already.
 * Returns 0 or `-errno`. prctl(2), PR_SET_PDEATHSIG
 */
export function setParentDeathSignal(signal: number): number {
  return withErrno(c.prctl(PR_SET_PDEATHSIG, signal));
}
