import { defineDemo } from "@ipc-playground/lab-kit";
import { findNative, openReceiver, signalName, signalNumber } from "@ipc-playground/signals";
import { isStopped, logKill, logQueue } from "./signalling.ts";

const LOW = signalNumber("SIGRTMIN+1");
const HIGH = signalNumber("SIGRTMIN+9");
const SIGUSR2 = signalNumber("SIGUSR2");

/** What is sent, in this order: signal and value. */
const SENT: readonly (readonly [number, number])[] = [
  [HIGH, 1],
  [HIGH, 2],
  [LOW, 3],
  [LOW, 4],
  [SIGUSR2, 5],
];

const shown = (list: readonly (readonly [number, number])[]) =>
  list.map(([signal, value]) => `${signalName(signal)}=${value}`).join(" ");

export default defineDemo({
  name: "priority",
  title: "The lowest number first",
  claims: {
    lowestFirst: {
      says: "Of several pending realtime signals, the one with the lowest number is delivered first.",
      expect: "holds",
      source: "signal(7), Real-time signals",
    },
    withinNumber: {
      says: "Within one number, the order of sending is kept.",
      expect: "holds",
      source: "signal(7), Real-time signals",
    },
    standardLast: {
      says: "Realtime signals are more urgent than standard signals, and are delivered before them.",
      expect: "refuted",
      source: "signal(7): POSIX leaves it open, Linux delivers standard signals first",
    },
  },
  predict: {
    question:
      "Pending are, sent in this order: SIGRTMIN+9, SIGRTMIN+1, SIGUSR2. In which order are they delivered?",
    choices: ["As they were sent", "SIGUSR2, SIGRTMIN+1, SIGRTMIN+9", "SIGRTMIN+9, SIGRTMIN+1, SIGUSR2"],
    answer: 1,
    because: "The kernel looks for the lowest number. A small number is the only priority a signal has.",
  },
  processes: {
    async receiver({ log }) {
      using receiver = openReceiver([LOW, HIGH, SIGUSR2]);
      log.event("ready");
      const got: [number, number][] = [];
      for await (const { signal, value } of receiver) {
        log.event("received", {
          object: signalName(signal),
          result: `value ${value}`,
          flow: [`value ${value}`],
        });
        got.push([signal, value]);
        if (got.length === SENT.length) break;
      }
      return got;
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      for (const name of ["lowestFirst", "withinNumber", "standardLast"] as const)
        unavailable(name, native.reason);
      return;
    }
    const receiver = start("receiver");
    await receiver.said("ready");
    step("All are sent while the receiver is stopped: the highest number first.");
    logKill(log, receiver, "SIGSTOP");
    await until(() => isStopped(receiver.pid), { what: "the receiver to be stopped" });
    for (const [signal, value] of SENT) logQueue(log, receiver, signal, value, `value ${value}`);
    logKill(log, receiver, "SIGCONT");
    const got = await receiver.result<[number, number][]>();
    const values = (signal: number) => got.filter(([one]) => one === signal).map(([, value]) => value);
    const realtime = got.map(([signal]) => signal).filter((signal) => signal !== SIGUSR2);
    const evidence = `sent ${shown(SENT)}; delivered ${shown(got)}`;
    claim("lowestFirst", realtime.join() === [...realtime].sort((a, b) => a - b).join(), evidence);
    claim(
      "withinNumber",
      values(LOW).join() === "3,4" && values(HIGH).join() === "1,2",
      `${signalName(LOW)}: ${values(LOW)}; ${signalName(HIGH)}: ${values(HIGH)}`,
    );
    claim(
      "standardLast",
      got.at(-1)?.[0] === SIGUSR2,
      `SIGUSR2 was sent last and came as number ${got.findIndex(([signal]) => signal === SIGUSR2) + 1} of ${got.length}`,
    );
  },
});
