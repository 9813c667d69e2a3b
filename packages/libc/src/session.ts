import { bind, withErrno } from "./binding.ts";

const c = {
  setsid: bind<() => number>("pid_t setsid()"),
};

/**
 * setsid(2): leave the terminal's session and begin one of this process's own, as a daemon does.
 * Returns its id, or `-errno`: EPERM for one that leads a process group already.
 */
export function setsid(): number {
  return withErrno(c.setsid());
}
