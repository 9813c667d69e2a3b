import type { Deliver, EventLoopEndpoint, SyncEndpoint } from "@ipc-playground/bench-kit";
import { close, getSocketOption, type SocketType, socketpair } from "@ipc-playground/libc";
import { SendQueue, watchMessages } from "../event-loop.ts";
import { checkSocket } from "../socket-errors.ts";
import { UnixSocket } from "../unix/unix-socket.ts";

/** What the kernel keeps of a send buffer for itself, in bytes. Source: net/unix/af_unix.c, unix_dgram_sendmsg. */
const RESERVED_BYTES = 32;

/** Both ends of a pair, for the two sides. */
export function socketPairFds(type: SocketType) {
  const pair = socketpair(type);
  if (typeof pair === "number") throw checkSocket(pair, "socketpair", "make a pair of sockets");
  return { a: { fds: { socket: pair[0] } }, b: { fds: { socket: pair[1] } } };
}

/** The longest message that a Unix socket takes whole: its send buffer, less some. unix(7), socket(7) */
export function longestUnixMessage(): number {
  const { a, b } = socketPairFds("datagram");
  const bytes = getSocketOption(a.fds.socket, "SO_SNDBUF");
  for (const end of [a, b]) close(end.fds.socket);
  return bytes - RESERVED_BYTES;
}

/** A connected Unix socket that keeps messages whole, and sleeps. */
export function blockingMessages(fd: number, type: SocketType): SyncEndpoint {
  const socket = new UnixSocket(fd, type);
  return {
    send: (message) => void socket.send(message),
    receive(message) {
      const got = socket.receiveInto(message);
      return typeof got === "number" ? got : 0;
    },
  };
}

/** The same on the event loop: libuv tells when it can be read. */
export function watchedMessages(
  fd: number,
  type: SocketType,
  size: number,
  deliver: Deliver,
): EventLoopEndpoint {
  const socket = new UnixSocket(fd, type);
  const queue = new SendQueue(socket);
  const message = new Uint8Array(size);
  const listener = watchMessages(
    socket,
    () => {
      const got = socket.receiveInto(message);
      return typeof got === "number" ? ({ kind: "message" } as const) : got;
    },
    () => deliver(message),
  );
  return {
    send(bytes, sent) {
      // What this answers may be a run's last message: the driver must be ready for the next run's first.
      listener.yield();
      queue.push(bytes, sent, (error) => {
        throw error;
      });
    },
  };
}
