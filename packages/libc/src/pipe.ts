import { bind, withErrno } from "./binding.ts";
import { O_CLOEXEC } from "./fcntl.ts";

const c = {
  pipe2: bind<(fds: Int32Array, flags: number) => number>("int pipe2(void *pipefd, int flags)"),
};

/**
 * pipe2(2). `flags`: any of O_CLOEXEC (the default), O_NONBLOCK, O_DIRECT.
 *
 * Returns `[read end, write end]`, or `-errno`.
 */
export function pipe2(flags: number = O_CLOEXEC): [number, number] | number {
  const fds = new Int32Array(2);
  const result = withErrno(c.pipe2(fds, flags));
  return result < 0 ? result : [fds[0] as number, fds[1] as number];
}
