import { defineBench } from "@ipc-playground/bench-kit";
import { blockingMessages, longestUnixMessage, socketPairFds, watchedMessages } from "./message.ts";

export default defineBench({
  mechanism: "unix-datagram",
  yardstick: "unix-datagram",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  maxMessageBytes: longestUnixMessage,

  open: () => socketPairFds("datagram"),

  modes: {
    blocking: ({ fds }) => blockingMessages(fds.socket, "datagram"),
    "event-loop": ({ fds, size }, deliver) => watchedMessages(fds.socket, "datagram", size, deliver),
  },
});
