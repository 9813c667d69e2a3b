import { EPOLLET, EPOLLIN } from "@ipc-playground/libc";
import type { Epoll } from "@ipc-playground/sockets";
import { readSome } from "./reading.ts";

/** Hand over what comes from each of these descriptors, until all have ended. They are non-blocking. */
export function serve(
  epoll: Epoll,
  fds: readonly number[],
  onData: (fd: number, bytes: Uint8Array) => void,
): void {
  for (const fd of fds) epoll.add(fd, EPOLLIN | EPOLLET);
  let open = fds.length;
  while (open > 0) {
    for (const { fd } of epoll.wait()) {
      const read = readSome(fd);
      if (read.kind === "data") onData(fd, read.bytes);
      if (read.kind === "end") {
        epoll.delete(fd);
        open--;
      }
    }
  }
}
