import { defineBench } from "@ipc-playground/bench-kit";
import { blockingMessages, longestUnixMessage, socketPairFds, watchedMessages } from "./message.ts";

export default defineBench({
  mechanism: "seqpacket",
  yardstick: "seqpacket",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "send(2) copies in, recv(2) copies out; an event loop asks epoll_wait(2) first",
  },

  maxMessageBytes: longestUnixMessage,

  open: () => socketPairFds("seqpacket"),

  modes: {
    blocking: ({ fds }) => blockingMessages(fds.socket, "seqpacket"),
    "event-loop": ({ fds, size }, deliver) => watchedMessages(fds.socket, "seqpacket", size, deliver),
  },
});
