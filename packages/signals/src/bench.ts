import { defineBench } from "@ipc-playground/bench-kit";
import { check, ERRNO } from "@ipc-playground/libc";
import { BlockedSignals } from "./blocked.ts";
import { introduce, openIntroduction } from "./ping-pong.ts";
import { sendSignal, sendToMainThread } from "./send.ts";

const NOTHING = Buffer.alloc(0);
const EINTR = -(ERRNO.EINTR as number);

/** Standard signals: one is on its way at a time, so that none is merged. */
export default defineBench({
  mechanism: "signal",
  yardstick: "signal",
  notifies: true,
  // A producer that does not wait for answers would see its signals merged.
  measures: ["latency", "rate"],
  work: {
    copies: 0,
    systemCalls: { blocking: 2, "event-loop": 7 },
    says: "tgkill(2) and sigtimedwait(2); libuv's handler locks, tells the event loop through a pipe, unlocks and returns",
  },
  open: openIntroduction,

  modes: {
    // Sent to the main thread alone, because Node's other threads do not block it.
    blocking({ fds }) {
      const signals = new BlockedSignals(["SIGUSR2"]);
      const partner = introduce(fds);
      return {
        send: () => sendToMainThread(partner, "SIGUSR2"),
        receive: () => waitFor(signals),
      };
    },

    "event-loop"({ fds }, deliver) {
      process.on("SIGUSR2", () => deliver(NOTHING));
      // A handler alone does not keep the process.
      setInterval(() => {}, 1_000_000);
      const partner = introduce(fds);
      return {
        send(_, sent) {
          sendSignal(partner, "SIGUSR2");
          sent();
        },
      };
    },
  },
});

/** Sleep until the signal comes. Returns the bytes that came with it: a signal has none. */
export function waitFor(signals: BlockedSignals): number {
  let taken: number;
  do taken = signals.takeNumber(Number.POSITIVE_INFINITY);
  while (taken === EINTR);
  check(taken, { syscall: "rt_sigtimedwait", doing: "wait for a signal" });
  return 0;
}
