import { defineDemo } from "@ipc-playground/lab-kit";
import {
  findNative,
  openReceiver,
  type ReceivedSignal,
  sendSignal,
  signalName,
  signalNumber,
} from "@ipc-playground/signals";
import { logQueue } from "./signalling.ts";

const SIGNAL = signalNumber("SIGRTMIN+1");
const SIGUSR2 = signalNumber("SIGUSR2");

export default defineDemo({
  name: "values",
  title: "A signal that brings a number, and says who sent it",
  claims: {
    value: {
      says: "A realtime signal can carry one integer.",
      expect: "holds",
      source: "sigqueue(3), union sigval",
    },
    sender: {
      says: "The receiver learns the sender's pid and user id, and the sender need not be related.",
      expect: "holds",
      source: "sigaction(2), si_pid and si_uid",
    },
    standardCarries: {
      says: "A standard signal cannot carry data.",
      expect: "refuted",
      source: "sigqueue(3): any signal can be queued with a value",
    },
    killCarries: {
      says: "kill() sends a value of 0 along.",
      expect: "refuted",
      source: "sigaction(2): si_value is set only where si_code is SI_QUEUE",
    },
  },
  predict: {
    question: "sigqueue() is called with SIGUSR2, a standard signal, and the value 7. What arrives?",
    choices: ["SIGUSR2 without the value", "SIGUSR2 with 7", "EINVAL"],
    answer: 1,
    because:
      "The value belongs to the way of sending. What standard signals lack is the queue: a second one would be merged, and its value lost.",
  },
  processes: {
    async receiver({ number, log }) {
      using receiver = openReceiver([SIGNAL, SIGUSR2]);
      log.event("ready");
      const got: ReceivedSignal[] = [];
      for await (const signal of receiver) {
        const what = signal.queued ? `value ${signal.value}` : "no value";
        log.event("received", {
          object: signalName(signal.signal),
          result: `${what}, from pid ${signal.senderPid}`,
          flow: [`${signal.signal}:${signal.queued ? signal.value : "kill"}`],
        });
        got.push(signal);
        if (got.length === number("expect")) return got;
      }
      return got;
    },
    sender({ number, log }) {
      const receiver = { name: "receiver", pid: number("receiver") };
      logQueue(log, receiver, SIGNAL, 42, `${SIGNAL}:42`);
      logQueue(log, receiver, SIGUSR2, 7, `${SIGUSR2}:7`);
    },
    plain({ number, log }) {
      const told = { flow: [`${SIGNAL}:kill`] };
      log.call(
        "kill",
        `${signalName(SIGNAL)} to receiver`,
        () => sendSignal(number("receiver"), SIGNAL),
        undefined,
        () => told,
      );
    },
  },
  async run({ start, claim, unavailable, step }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      for (const name of ["value", "sender", "standardCarries", "killCarries"] as const)
        unavailable(name, native.reason);
      return;
    }
    const receiver = start("receiver", { args: { expect: 3 } });
    await receiver.said("ready");
    step("One process queues two signals with a value each; another one calls kill().");
    const sender = start("sender", { args: { receiver: receiver.pid } });
    const plain = start("plain", { args: { receiver: receiver.pid } });
    const got = await receiver.result<ReceivedSignal[]>();
    const find = (signal: number, queued: boolean) =>
      got.find((one) => one.signal === signal && one.queued === queued);
    const realtime = find(SIGNAL, true);
    const standard = find(SIGUSR2, true);
    const killed = find(SIGNAL, false);
    claim("value", realtime?.value === 42, `sent 42, received ${realtime?.value}`);
    claim(
      "standardCarries",
      standard?.value !== 7,
      `sent 7 with SIGUSR2, received ${standard?.value ?? "nothing"}`,
    );
    claim(
      "sender",
      realtime?.senderPid === sender.pid &&
        killed?.senderPid === plain.pid &&
        realtime?.senderUid === process.getuid?.(),
      `received from pid ${realtime?.senderPid} (sender is ${sender.pid}) and pid ${killed?.senderPid} (plain is ${plain.pid}), user ${realtime?.senderUid}`,
    );
    claim(
      "killCarries",
      killed === undefined,
      `kill()'s signal came ${killed ? "marked as one without a value" : "as a queued one"}`,
    );
  },
});
