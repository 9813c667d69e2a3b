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
  // Told of, and not read until there was nothing: epoll will not tell of them again.
  const unread = new Set<number>();
  while (open > 0) {
    for (const { fd } of epoll.wait(unread.size > 0 ? 0 : Number.POSITIVE_INFINITY)) unread.add(fd);
    // One chunk of each, then the next: nobody waits until another has said everything.
    for (const fd of unread) {
      const read = readSome(fd);
      if (read.kind === "data") {
        onData(fd, read.bytes);
        continue;
      }
      unread.delete(fd);
      if (read.kind === "nothing") continue;
      epoll.delete(fd);
      open--;
    }
  }
}
