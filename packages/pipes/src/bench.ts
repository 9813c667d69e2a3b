import { defineBench, wholeMessages } from "@ipc-playground/bench-kit";
import { openPipe } from "./pipe.ts";
import { ReadEnd } from "./read-end.ts";
import { WriteEnd } from "./write-end.ts";

export default defineBench({
  mechanism: "pipe",
  yardstick: "pipe",
  openLoop: true,

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "write(2) copies in, read(2) copies out; an event loop asks epoll_wait(2) first",
  },

  // A pipe carries bytes one way only: a conversation takes two.
  open() {
    using there = openPipe();
    using back = openPipe();
    return {
      a: { fds: { in: back.readEnd.release(), out: there.writeEnd.release() } },
      b: { fds: { in: there.readEnd.release(), out: back.writeEnd.release() } },
    };
  },

  modes: {
    blocking({ fds }) {
      const input = new ReadEnd(fds.in);
      const output = new WriteEnd(fds.out);
      return {
        send: (message) => output.writeFully(message),
        receive: (message) => input.readFully(message),
      };
    },

    "event-loop"({ fds, size }, deliver) {
      const input = new ReadEnd(fds.in).toStream();
      const output = new WriteEnd(fds.out).toStream();
      input.on("data", wholeMessages(size, deliver));
      return {
        send: (message, sent) => output.write(message, sent),
      };
    },
  },
});
