import { defineBench } from "@ipc-playground/bench-kit";
import { blockingStream, netStream } from "./stream.ts";
import { tcpPair } from "./tcp-pair.ts";

/**
 * TCP over loopback as the kernel sets it up: Nagle's algorithm is on. In a ping-pong nothing of a side's
 * own is unacknowledged when it writes, so nothing waits: the reply carries the acknowledgement. `throughput`
 * shows the algorithm, small messages leave together. The 40 ms with delayed acknowledgements want two
 * writes before a read: the tcp lab has them.
 */
export default defineBench({
  mechanism: "tcp-nagle",
  yardstick: "tcp-nagle",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  open() {
    const [a, b] = tcpPair({ noDelay: false });
    return { a: { fds: { socket: a } }, b: { fds: { socket: b } } };
  },

  modes: {
    blocking: ({ fds }) => blockingStream(fds.socket),
    "event-loop": ({ fds, size }, deliver) => netStream(fds.socket, size, deliver),
  },
});
