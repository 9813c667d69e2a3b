import { defineBench } from "@ipc-playground/bench-kit";
import { ownObject } from "@ipc-playground/lab-kit/runner";
import { readLimit, SYSV_LIMITS } from "./limits.ts";
import { listenSysv } from "./sysv-listen.ts";
import { createSysvQueue } from "./sysv-open.ts";
import { SysvQueue } from "./sysv-queue.ts";

/** The types of messages: one queue carries both directions. */
const TO_B = 1;
const TO_A = 2;

export default defineBench({
  mechanism: "sysv-mq",
  yardstick: "sysv-mq",

  work: {
    copies: 4,
    systemCalls: { blocking: 2, "event-loop": 2 },
    says: "msgsnd(2) copies in, msgrcv(2) copies out, and each side copies once more: the type stands before the text. An event loop looks with msgrcv(2) in every turn",
  },

  maxMessageBytes: () => readLimit(SYSV_LIMITS.messageBytes) ?? Number.POSITIVE_INFINITY,

  open() {
    const key = ownObject("sysv-msg");
    const queue = createSysvQueue(Number(key));
    const end = { names: { queue: `${queue.id}` } };
    return { a: end, b: end, remove: () => queue.remove() };
  },

  modes: {
    blocking({ names, role }) {
      const { queue, there, back } = sideOf(names.queue, role);
      return {
        send: (message) => void queue.send(there, message),
        receive(message) {
          const got = queue.receiveInto(message, { type: back });
          return typeof got === "number" ? got : 0;
        },
      };
    },

    // There is nothing that epoll could wait for: this looks, in every turn while messages flow.
    "event-loop"({ names, role }, deliver) {
      const { queue, there, back } = sideOf(names.queue, role);
      const pending: (readonly [Uint8Array, () => void])[] = [];
      const flush = () => {
        for (let next = pending[0]; next !== undefined; next = pending[0]) {
          if (queue.send(there, next[0], { noWait: true }).kind !== "sent") {
            setImmediate(flush);
            return;
          }
          pending.shift();
          process.nextTick(next[1]);
        }
      };
      const listener = listenSysv(
        queue,
        (message) => deliver(message.bytes),
        (error) => {
          throw error;
        },
        { type: back },
      );
      return {
        send(message, sent) {
          // What this answers may be a run's last message: the driver must be ready for the next run's first.
          listener.yield();
          pending.push([message, sent]);
          if (pending.length === 1) flush();
        },
      };
    },
  },
});

function sideOf(id: string, role: "a" | "b") {
  const [there, back] = role === "a" ? [TO_B, TO_A] : [TO_A, TO_B];
  return { queue: new SysvQueue(Number(id)), there, back };
}
