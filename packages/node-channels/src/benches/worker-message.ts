import { MessageChannel, MessagePort } from "node:worker_threads";
import { defineBench } from "@ipc-playground/bench-kit";
import { portEndpoint } from "../worker-port.ts";

/** postMessage() between two threads of one process: the structured clone algorithm copies the bytes. */
export default defineBench({
  mechanism: "worker-message",
  noYardstick: "there is no such thing in C",
  work: {
    copies: 2,
    systemCalls: { "event-loop": 3 },
    says: "V8 copies into the message and out of it; libuv wakes the other thread by an eventfd: write(2), epoll_wait(2), read(2)",
  },

  share() {
    const { port1, port2 } = new MessageChannel();
    return { a: port1, b: port2 };
  },

  modes: {
    "event-loop"({ shared, role, size }, deliver) {
      if (!(shared instanceof MessagePort)) throw new TypeError("there is no port for this side");
      return portEndpoint(shared, role, size, deliver);
    },
  },
});
