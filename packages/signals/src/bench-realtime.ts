import { defineBench } from "@ipc-playground/bench-kit";
import { waitFor } from "./bench.ts";
import { BlockedSignals } from "./blocked.ts";
import { introduce, openIntroduction } from "./ping-pong.ts";
import { openReceiver } from "./receiver.ts";
import { sendQueued, sendQueuedToMainThread } from "./send.ts";

const NOTHING = Buffer.alloc(0);
const SIGNAL = "SIGRTMIN+1";

/** Realtime signals, each with a value. */
export default defineBench({
  mechanism: "rtsignal",
  yardstick: "rtsignal",
  notifies: true,
  // A producer would have to be slowed down before the queue's limit, and nothing does that.
  measures: ["latency", "rate"],
  work: {
    copies: 0,
    systemCalls: { blocking: 3, "event-loop": 9 },
    says: "getuid(2) for the sender, rt_tgsigqueueinfo(2), sigtimedwait(2); the handler tells the event loop through a pipe",
  },
  open: openIntroduction,

  modes: {
    // Sent to the main thread alone, because Node's other threads do not block it.
    blocking({ fds }) {
      const signals = new BlockedSignals([SIGNAL]);
      const partner = introduce(fds);
      return {
        send: () => sendQueuedToMainThread(partner, SIGNAL, 1),
        receive: () => waitFor(signals),
      };
    },

    // The handler in C, its pipe, and the event loop.
    "event-loop"({ fds }, deliver) {
      const receiver = openReceiver([SIGNAL]);
      receiver.listen(() => deliver(NOTHING));
      const partner = introduce(fds);
      return {
        send(_, sent) {
          sendQueued(partner, SIGNAL, 1);
          sent();
        },
      };
    },
  },
});
