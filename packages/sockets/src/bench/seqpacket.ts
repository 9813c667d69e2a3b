import { defineBench } from "@ipc-playground/bench-kit";
import { blockingMessages, longestUnixMessage, socketPairFds, watchedMessages } from "./message.ts";

export default defineBench({
  mechanism: "seqpacket",
  yardstick: "seqpacket",

  maxMessageBytes: longestUnixMessage,

  open: () => socketPairFds("seqpacket"),

  modes: {
    blocking: ({ fds }) => blockingMessages(fds.socket, "seqpacket"),
    "event-loop": ({ fds, size }, deliver) => watchedMessages(fds.socket, "seqpacket", size, deliver),
  },
});
