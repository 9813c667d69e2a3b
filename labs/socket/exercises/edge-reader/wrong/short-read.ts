import { EPOLLET, EPOLLIN } from "@ipc-playground/libc";
import type { Epoll } from "@ipc-playground/sockets";
import { CHUNK_BYTES, readSome } from "../reading.ts";

/** Saves the last read: a chunk that is not full must have been the last. But the end may be behind it. */
export function serve(
  epoll: Epoll,
  fds: readonly number[],
  onData: (fd: number, bytes: Uint8Array) => void,
): void {
  for (const fd of fds) epoll.add(fd, EPOLLIN | EPOLLET);
  let open = fds.length;
  while (open > 0) {
    for (const { fd } of epoll.wait()) {
      for (;;) {
        const read = readSome(fd);
        if (read.kind === "data") onData(fd, read.bytes);
        if (read.kind === "data" && read.bytes.length === CHUNK_BYTES) continue;
        if (read.kind === "end") {
          epoll.delete(fd);
          open--;
        }
        break;
      }
    }
  }
}
