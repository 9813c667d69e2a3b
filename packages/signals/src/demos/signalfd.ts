import { defineDemo } from "@ipc-playground/lab-kit";
import { watchDescriptor } from "@ipc-playground/libc";
import {
  type ReceivedSignal,
  SignalDescriptor,
  sendQueuedToMainThread,
  signalName,
  signalNumber,
} from "@ipc-playground/signals";
import { logQueue } from "./signalling.ts";

const LOW = signalNumber("SIGRTMIN+1");
const HIGH = signalNumber("SIGRTMIN+2");
const SENT: readonly (readonly [number, number])[] = [
  [HIGH, 1],
  [LOW, 2],
  [LOW, 3],
];

export default defineDemo({
  name: "signalfd",
  title: "Signals as bytes: signalfd, with no handler at all",
  claims: {
    read: {
      says: "Blocked signals can be read from a descriptor, with value and sender, on the event loop.",
      expect: "holds",
      source: "signalfd(2)",
    },
    anyone: {
      says: "A Node process that blocks a signal and reads its signalfd gets what anyone sends to the process.",
      expect: "refuted",
      source: "pthread_sigmask(3): each thread has its own mask; signal(7), default action Term",
    },
  },
  predict: {
    question:
      "The main thread of a Node process blocks SIGRTMIN+1 and waits on a signalfd. Somebody sends SIGRTMIN+1 to the process. What happens?",
    choices: ["The signalfd becomes readable", "The process is killed", "The signal stays pending"],
    answer: 1,
    because:
      "Node's other threads do not block it. One of them takes it, and for the whole process does what it does by default: end.",
  },
  processes: {
    async reader({ number, log }) {
      using signals = new SignalDescriptor([LOW, HIGH]);
      log.event("ready", { object: "signalfd" });
      const got: ReceivedSignal[] = [];
      await new Promise<void>((resolve) => {
        const watch = watchDescriptor(signals.fd, { readable: true }, () => {
          for (let signal = signals.next(); signal; signal = signals.next()) {
            log.event("read", {
              object: "signalfd",
              result: `${signalName(signal.signal)}, value ${signal.value}`,
              flow: [`value ${signal.value}`],
            });
            got.push(signal);
          }
          if (got.length < number("expect")) return;
          watch.stop();
          resolve();
        });
      });
      return got;
    },
  },
  async run({ start, claim, step, log }) {
    step("Sent to the main thread alone: rt_tgsigqueueinfo(pid, pid, …).");
    const reader = start("reader", { args: { expect: SENT.length } });
    await reader.said("ready");
    for (const [signal, value] of SENT) {
      log.call(
        "rt_tgsigqueueinfo",
        `${signalName(signal)} to reader`,
        () => sendQueuedToMainThread(reader.pid, signal, value),
        undefined,
        () => ({ result: `value ${value}`, flow: [`value ${value}`] }),
      );
    }
    const got = await reader.result<ReceivedSignal[]>();
    claim(
      "read",
      got.length === SENT.length && got.every(({ senderPid }) => senderPid === process.pid),
      `read ${got.map(({ signal, value }) => `${signalName(signal)}=${value}`).join(" ")}, all from pid ${got[0]?.senderPid}`,
    );

    step("Sent to the process, as everybody else would do it.");
    const victim = start("reader", { as: "victim", args: { expect: 1 } });
    await victim.said("ready");
    logQueue(log, victim, LOW, 4, "lost");
    const { code, signal } = await victim.exited();
    const ended = await victim.result().then(
      () => false,
      () => true,
    );
    claim(
      "anyone",
      !ended,
      ended
        ? `the process ended before it could read anything (Node calls that ${signal ?? `status ${code}`})`
        : "the signalfd was read",
    );
  },
});
