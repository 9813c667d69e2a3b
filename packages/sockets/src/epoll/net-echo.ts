import { createServer, type Server } from "node:net";

/**
 * What {@link EpollEcho} does, on Node's `net`: libuv has the epoll, and a pipe of streams waits for room.
 * Not listening yet.
 */
export function netEcho(): Server {
  return createServer({ noDelay: true }, (socket) => {
    // A peer that is gone: the other connections go on.
    socket.on("error", () => {});
    socket.pipe(socket);
  });
}
