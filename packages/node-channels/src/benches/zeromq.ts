import { randomUUID } from "node:crypto";
import { type Deliver, defineBench, type EventLoopEndpoint } from "@ipc-playground/bench-kit";
import { loadZeromq, type PairSocket } from "../zeromq.ts";

/** ZeroMQ's default for messages that wait, and how many bytes they may have here. */
const MOST_WAITING = 1000;
const MOST_BYTES_WAITING = 16 * 1_048_576;
const LEAST_WAITING = 2;

/** ZeroMQ's PAIR sockets over ipc://, which are Unix sockets. */
export default defineBench({
  mechanism: "zeromq",
  noYardstick: "what is measured is the library",

  open() {
    // "@": the abstract namespace, where a name leaves nothing behind. zmq_ipc(7), unix(7)
    const end = { names: { address: `ipc://@ipc-playground-bench-${randomUUID()}` } };
    return { a: end, b: end };
  },

  modes: {
    async "event-loop"({ names, role, size }, deliver) {
      const { Pair } = loadZeromq();
      const affordable = Math.floor(MOST_BYTES_WAITING / Math.max(1, size));
      const waiting = Math.min(MOST_WAITING, Math.max(LEAST_WAITING, affordable));
      const pair = new Pair({ sendHighWaterMark: waiting, receiveHighWaterMark: waiting, linger: 0 });
      // Whoever connects first is tried again by ZeroMQ, until the other one is there.
      if (role === "a") await pair.bind(names.address);
      else pair.connect(names.address);
      return pairEndpoint(pair, deliver);
    },
  },
});

function pairEndpoint(pair: PairSocket, deliver: Deliver): EventLoopEndpoint {
  const listen = async () => {
    for await (const [message = new Uint8Array()] of pair) {
      deliver(message);
      // That may have been a run's last message: the driver must be ready for the next run's first.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
  };
  void listen();
  let last = Promise.resolve();
  return {
    send(message, sent) {
      // ZeroMQ keeps what it is given, so the caller's buffer is copied.
      const copy = Buffer.from(message);
      last = last.then(() => pair.send(copy)).then(sent);
    },
  };
}
