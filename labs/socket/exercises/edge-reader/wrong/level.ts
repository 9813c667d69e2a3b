import { EPOLLIN } from "@ipc-playground/libc";
import type { Epoll } from "@ipc-playground/sockets";
import { readSome } from "../reading.ts";

/** Right in every way, and level-triggered: another tool for the same work. */
export function serve(
  epoll: Epoll,
  fds: readonly number[],
  onData: (fd: number, bytes: Uint8Array) => void,
): void {
  for (const fd of fds) epoll.add(fd, EPOLLIN);
  let open = fds.length;
  while (open > 0) {
    for (const { fd } of epoll.wait()) {
      const read = readSome(fd);
      if (read.kind === "data") onData(fd, read.bytes);
      if (read.kind !== "end") continue;
      epoll.delete(fd);
      open--;
    }
  }
}
