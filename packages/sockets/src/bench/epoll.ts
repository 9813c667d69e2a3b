import { defineBench, type SyncEndpoint } from "@ipc-playground/bench-kit";
import { EPOLLIN, EPOLLOUT, ERRNO, recv, send, setNonBlocking } from "@ipc-playground/libc";
import { Epoll } from "../epoll/epoll.ts";
import { checkSocket } from "../socket-errors.ts";
import { blockingStream, receiveAll } from "./stream.ts";
import { tcpPair } from "./tcp-pair.ts";

const EAGAIN = -(ERRNO.EAGAIN as number);

/** A blocking client over TCP, and a server on raw epoll, level-triggered. The same on `net`: tcp-nodelay, event-loop. */
export default defineBench({
  mechanism: "epoll",
  yardstick: "epoll",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 3 },
    says: "send(2) copies in; epoll_wait(2), then recv(2) copies out",
  },

  open() {
    const [a, b] = tcpPair({ noDelay: true });
    return { a: { fds: { socket: a } }, b: { fds: { socket: b } } };
  },

  modes: {
    blocking: ({ fds, role }) => (role === "a" ? blockingStream(fds.socket) : epollServer(fds.socket)),
  },
});

/** As the loop of a server does it: epoll_wait(2) before every read, and no call that could sleep elsewhere. */
function epollServer(fd: number): SyncEndpoint {
  const epoll = new Epoll();
  checkSocket(setNonBlocking(fd, true), "fcntl", "make the socket non-blocking");
  epoll.add(fd, EPOLLIN);
  const readable = (rest: Uint8Array) => {
    for (;;) {
      epoll.wait();
      const count = recv(fd, rest);
      if (count !== EAGAIN) return count;
    }
  };
  return {
    send(message) {
      for (let done = 0; done < message.length; ) {
        const count = send(fd, done === 0 ? message : message.subarray(done));
        if (count === EAGAIN) {
          epoll.modify(fd, EPOLLOUT);
          epoll.wait();
          epoll.modify(fd, EPOLLIN);
        } else done += checkSocket(count, "send", "send");
      }
    },
    receive: (message) => receiveAll(message, readable),
  };
}
