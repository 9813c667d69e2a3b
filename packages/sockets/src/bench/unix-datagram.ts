import { defineBench } from "@ipc-playground/bench-kit";
import { blockingMessages, longestUnixMessage, socketPairFds, watchedMessages } from "./message.ts";

export default defineBench({
  mechanism: "unix-datagram",
  yardstick: "unix-datagram",

  maxMessageBytes: longestUnixMessage,

  open: () => socketPairFds("datagram"),

  modes: {
    blocking: ({ fds }) => blockingMessages(fds.socket, "datagram"),
    "event-loop": ({ fds, size }, deliver) => watchedMessages(fds.socket, "datagram", size, deliver),
  },
});
