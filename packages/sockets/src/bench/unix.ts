import { defineBench } from "@ipc-playground/bench-kit";
import { socketPairFds } from "./message.ts";
import { blockingStream, netStream } from "./stream.ts";

export default defineBench({
  mechanism: "unix-stream",
  yardstick: "unix",

  open: () => socketPairFds("stream"),

  modes: {
    blocking: ({ fds }) => blockingStream(fds.socket),
    "event-loop": ({ fds, size }, deliver) => netStream(fds.socket, size, deliver),
  },
});
