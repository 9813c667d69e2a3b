import { defineBench } from "@ipc-playground/bench-kit";
import { socketPairFds } from "./message.ts";
import { blockingStream, netStream } from "./stream.ts";

export default defineBench({
  mechanism: "unix-stream",
  yardstick: "unix",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  open: () => socketPairFds("stream"),

  modes: {
    blocking: ({ fds }) => blockingStream(fds.socket),
    "event-loop": ({ fds, size }, deliver) => netStream(fds.socket, size, deliver),
  },
});
