import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { openLibcQueue } from "./libc-queue.ts";
import { POSIX_LIMITS, readLimit } from "./limits.ts";
import { createPosixQueue, openPosixQueue, unlinkPosixQueue } from "./posix-open.ts";

export default defineBench({
  mechanism: "posix-mq",
  yardstick: "posix-mq",

  work: {
    copies: 2,
    systemCalls: { blocking: 2, "event-loop": 3 },
    says: "mq_send(3) copies in, mq_receive(3) copies out; an event loop asks epoll_wait(2) first, and gives a copy on",
  },

  maxMessageBytes: () => readLimit(POSIX_LIMITS.messageBytes) ?? Number.POSITIVE_INFINITY,

  // A receiver cannot choose, so each direction has a queue of its own.
  open({ size }) {
    const names = { there: ownObject("posix-mq"), back: ownObject("posix-mq") };
    const queue = { maxMessages: readLimit(POSIX_LIMITS.messages) ?? 10, messageBytes: Math.max(1, size) };
    for (const name of Object.values(names)) createPosixQueue(name, queue).close();
    return {
      a: { names },
      b: { names: { there: names.back, back: names.there } },
      remove() {
        for (const name of Object.values(names)) unlinkPosixQueue(name);
      },
    };
  },

  modes: {
    blocking({ names }) {
      const [there, back] = [openPosixQueue(names.there), openPosixQueue(names.back)];
      return {
        send: (message) => void there.send(message),
        receive(message) {
          const got = back.receiveInto(message);
          return typeof got === "number" ? got : 0;
        },
      };
    },

    "event-loop"({ names }, deliver) {
      const [there, back] = [openLibcQueue(names.there), openLibcQueue(names.back)];
      const listener = back.listen((message) => deliver(message.bytes));
      let waiting = 0;
      return {
        send(message, sent) {
          // What this answers may be a run's last message: the driver must be ready for the next run's first.
          listener.yield();
          if (waiting === 0 && there.trySend(message)) return process.nextTick(sent);
          waiting++;
          void there.send(message).then(() => {
            waiting--;
            sent();
          });
        },
      };
    },
  },
});
