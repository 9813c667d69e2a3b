import { defineDemo } from "@ipc-playground/lab-kit";
import { signalStatus } from "@ipc-playground/libc";
import { findNative, openReceiver, sendQueued, signalNumber } from "@ipc-playground/signals";
import { isStopped, logKill } from "./signalling.ts";

const SIGNAL = signalNumber("SIGRTMIN+1");
const SIGUSR2 = signalNumber("SIGUSR2");
const SENT = 500;
/** The value that says: this was the last. */
const LAST = -1;

export default defineDemo({
  name: "queue",
  title: "Five hundred signals, five hundred deliveries",
  claims: {
    noneLost: {
      says: "Realtime signals are queued: below the limit, none is lost.",
      expect: "holds",
      source: "signal(7), Real-time signals",
    },
    inOrder: {
      says: "Equal realtime signals are delivered in the order in which they were sent.",
      expect: "holds",
      source: "signal(7), Real-time signals",
    },
    valuesMerge: {
      says: "Standard signals that are sent with sigqueue() are queued as well.",
      expect: "refuted",
      source: "signal(7): one instance of a standard signal is queued, the rest is lost with its values",
    },
  },
  predict: {
    question:
      "A stopped process is sent 500 times SIGRTMIN+1 and 500 times SIGUSR2, each with a number. What does it get when it goes on?",
    choices: ["500 and 500", "500 of the first, 1 of the second", "1 and 1"],
    answer: 1,
    because:
      "Only realtime signals have a queue. Of SIGUSR2 the first one waits, and the others are dropped at the door.",
  },
  processes: {
    async receiver({ log }) {
      using receiver = openReceiver([SIGNAL, SIGUSR2]);
      log.event("ready");
      const realtime: number[] = [];
      const standard: number[] = [];
      for await (const { signal, value } of receiver) {
        if (value === LAST) break;
        (signal === SIGNAL ? realtime : standard).push(value);
      }
      log.event("received", {
        object: "SIGRTMIN+1",
        result: `${realtime.length} times: ${realtime[0]} … ${realtime.at(-1)}`,
        flow: ["realtime"],
      });
      log.event("received", {
        object: "SIGUSR2",
        result: `${standard.length} time(s): ${standard.join(", ")}`,
        flow: ["standard"],
      });
      return { realtime, standard };
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      for (const name of ["noneLost", "inOrder", "valuesMerge"] as const) unavailable(name, native.reason);
      return;
    }
    const receiver = start("receiver");
    await receiver.said("ready");
    step("The receiver is stopped, so that everything has to wait.");
    logKill(log, receiver, "SIGSTOP");
    await until(() => isStopped(receiver.pid), { what: "the receiver to be stopped" });
    const sendAll = (signal: number, name: string, flow: string) =>
      log.call(
        `sigqueue ×${SENT}`,
        `${name} to receiver`,
        () => {
          for (let i = 1; i <= SENT; i++) sendQueued(receiver.pid, signal, i);
        },
        undefined,
        () => ({ result: `values 1 … ${SENT}`, flow: [flow] }),
      );
    sendAll(SIGNAL, "SIGRTMIN+1", "realtime");
    sendAll(SIGUSR2, "SIGUSR2", "standard");
    const waiting = signalStatus(receiver.pid)?.queued ?? 0;
    log.event("look", {
      object: "SigQ",
      result: `${waiting} queued`,
      note: "In /proc/PID/status, for all processes of this user.",
    });
    sendQueued(receiver.pid, SIGNAL, LAST);
    logKill(log, receiver, "SIGCONT");
    const { realtime, standard } = await receiver.result<{ realtime: number[]; standard: number[] }>();
    const inOrder = realtime.every((value, i) => value === i + 1);
    claim("noneLost", realtime.length === SENT, `${realtime.length} of ${SENT} arrived; SigQ was ${waiting}`);
    claim(
      "inOrder",
      inOrder,
      `values ${realtime[0]} to ${realtime.at(-1)}, ${inOrder ? "each one greater by 1" : "not in order"}`,
    );
    claim(
      "valuesMerge",
      standard.length > 1,
      `of ${SENT} SIGUSR2 ${standard.length} arrived, with value ${standard.join(", ")}`,
    );
  },
});
