import { defineBench } from "@ipc-playground/bench-kit";
import { blockingStream, netStream } from "./stream.ts";
import { tcpPair } from "./tcp-pair.ts";

/** TCP over loopback, as servers use it: TCP_NODELAY, what is written leaves at once. */
export default defineBench({
  mechanism: "tcp-nodelay",
  yardstick: "tcp",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  open() {
    const [a, b] = tcpPair({ noDelay: true });
    return { a: { fds: { socket: a } }, b: { fds: { socket: b } } };
  },

  modes: {
    blocking: ({ fds }) => blockingStream(fds.socket),
    "event-loop": ({ fds, size }, deliver) => netStream(fds.socket, size, deliver),
  },
});
