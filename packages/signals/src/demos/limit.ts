import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { check, setSoftLimit, signalStatus } from "@ipc-playground/libc";
import { findNative, openReceiver, sendQueued, signalNumber } from "@ipc-playground/signals";
import { isStopped, logKill } from "./signalling.ts";

const SIGNAL = signalNumber("SIGRTMIN+1");
const SIGUSR2 = signalNumber("SIGUSR2");
/** So many more signals than wait already for this user may be queued. */
const ROOM = 20;
/** Tries to send that many more than there is room for. */
const TOO_MANY = 10;
const LAST = -1;

export default defineDemo({
  name: "limit",
  title: "The queue has an end: EAGAIN",
  claims: {
    unlimited: {
      says: "A process can queue as many realtime signals as it likes.",
      expect: "refuted",
      source: "sigqueue(3), EAGAIN; setrlimit(2), RLIMIT_SIGPENDING",
    },
    nothingLost: {
      says: "When the queue is full the sender is told, and everything that was accepted is delivered.",
      expect: "holds",
      source: "sigqueue(3)",
    },
    standardFails: {
      says: "With a full queue, kill() of a standard signal fails too.",
      expect: "refuted",
      source: "setrlimit(2): one instance of a standard signal can always be queued",
    },
  },
  predict: {
    question: "The queue is full: sigqueue() fails with EAGAIN. Does kill() with SIGUSR2 still work?",
    choices: ["No, it is the same queue", "Yes", "It waits for room"],
    answer: 1,
    because:
      "A standard signal needs no place in the queue, only its bit. That is why SIGTERM always gets through.",
  },
  processes: {
    async receiver({ log }) {
      const waiting = signalStatus(process.pid)?.queued ?? 0;
      check(setSoftLimit("pendingSignals", waiting + ROOM), { syscall: "prlimit", doing: "lower the limit" });
      log.event("prlimit", {
        object: "RLIMIT_SIGPENDING",
        result: `${waiting + ROOM}`,
        note: "The receiver's own limit is the one that counts. All processes of its user share the queue.",
      });
      using receiver = openReceiver([SIGNAL, SIGUSR2]);
      log.event("ready");
      const values: number[] = [];
      let standard = 0;
      for await (const { signal, value } of receiver) {
        if (value === LAST) break;
        if (signal === SIGUSR2) standard++;
        else values.push(value);
      }
      log.event("received", { object: "SIGRTMIN+1", result: `${values.length} times`, flow: ["sent"] });
      return { values, standard };
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      for (const name of ["unlimited", "nothingLost", "standardFails"] as const)
        unavailable(name, native.reason);
      return;
    }
    const receiver = start("receiver");
    await receiver.said("ready");
    step("The receiver has lowered its limit. It is stopped, and sent more than it may hold.");
    logKill(log, receiver, "SIGSTOP");
    await until(() => isStopped(receiver.pid), { what: "the receiver to be stopped" });
    let accepted = 0;
    const tries = ROOM + TOO_MANY;
    const refusal = log.call(
      "sigqueue",
      "SIGRTMIN+1 to receiver",
      () => {
        for (; accepted < tries; accepted++) {
          const error = attempt(() => sendQueued(receiver.pid, SIGNAL, accepted));
          if (error) return error;
        }
        return undefined;
      },
      undefined,
      (error) => ({ result: `${accepted} times, then ${error?.errno ?? "no error"}`, flow: ["sent"] }),
    );
    const status = signalStatus(receiver.pid);
    log.event("look", { object: "SigQ of receiver", result: `${status?.queued}/${status?.queueLimit}` });
    claim(
      "unlimited",
      refusal === undefined,
      `${accepted} of ${tries} were accepted, then ${refusal?.errno ?? "no error"}; SigQ ${status?.queued}/${status?.queueLimit}`,
    );
    const kill = attempt(() => logKill(log, receiver, "SIGUSR2"));
    logKill(log, receiver, "SIGCONT");
    // Until there is room again for the last one.
    await until(() => attempt(() => sendQueued(receiver.pid, SIGNAL, LAST)) === undefined, {
      what: "room in the queue",
    });
    const { values, standard } = await receiver.result<{ values: number[]; standard: number }>();
    claim(
      "nothingLost",
      refusal?.code === "SIGNAL_QUEUE_FULL" && values.length === accepted,
      `accepted ${accepted}, delivered ${values.length}`,
    );
    claim(
      "standardFails",
      kill !== undefined || standard === 0,
      `kill() of SIGUSR2: ${kill?.errno ?? "sent"}; received ${standard}`,
    );
  },
});

/** What refused it, or `undefined`. */
function attempt(action: () => void): IpcError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof IpcError) return error;
    throw error;
  }
}
