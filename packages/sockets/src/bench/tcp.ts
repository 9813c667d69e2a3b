import { defineBench } from "@ipc-playground/bench-kit";
import { blockingStream, netStream } from "./stream.ts";
import { tcpPair } from "./tcp-pair.ts";

/** TCP over loopback, as servers use it: TCP_NODELAY, what is written leaves at once. */
export default defineBench({
  mechanism: "tcp-nodelay",
  yardstick: "tcp",

  open() {
    const [a, b] = tcpPair({ noDelay: true });
    return { a: { fds: { socket: a } }, b: { fds: { socket: b } } };
  },

  modes: {
    blocking: ({ fds }) => blockingStream(fds.socket),
    "event-loop": ({ fds, size }, deliver) => netStream(fds.socket, size, deliver),
  },
});
