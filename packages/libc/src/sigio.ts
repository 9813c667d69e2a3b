import { bind, withErrno } from "./binding.ts";
import { getStatusFlags, setStatusFlags } from "./fcntl.ts";

const c = {
  fcntl: bind<(fd: number, command: number, argument: number) => number>(
    "int fcntl(int fd, int cmd, int arg)",
  ),
};

// The same on x64 and arm64. Source: asm-generic/fcntl.h.
const F_SETOWN = 8;
const FASYNC = 0o20000;

/**
 * Have the kernel send this process SIGIO when something comes to a pipe or FIFO, or when its last
 * writer goes. A program that does not handle SIGIO is ended by it, wherever it sleeps.
 * Returns 0 or `-errno`. fcntl(2), F_SETOWN; open(2), O_ASYNC
 */
export function signalOnInput(fd: number): number {
  const owned = withErrno(c.fcntl(fd, F_SETOWN, process.pid));
  if (owned < 0) return owned;
  const flags = getStatusFlags(fd);
  return flags < 0 ? flags : setStatusFlags(fd, flags | FASYNC);
}
