import { EPOLLET, EPOLLIN } from "@ipc-playground/libc";
import type { Epoll } from "@ipc-playground/sockets";
import { readSome } from "../reading.ts";

/** Reads each until there is nothing, as the manual says; one that never runs dry has it all for itself. */
export function serve(
  epoll: Epoll,
  fds: readonly number[],
  onData: (fd: number, bytes: Uint8Array) => void,
): void {
  for (const fd of fds) epoll.add(fd, EPOLLIN | EPOLLET);
  let open = fds.length;
  while (open > 0) {
    for (const { fd } of epoll.wait()) {
      let read = readSome(fd);
      for (; read.kind === "data"; read = readSome(fd)) onData(fd, read.bytes);
      if (read.kind === "nothing") continue;
      epoll.delete(fd);
      open--;
    }
  }
}
