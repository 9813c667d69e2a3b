import { defineDemo } from "@ipc-playground/lab-kit";
import { signalStatus } from "@ipc-playground/libc";
import { sendSignal, signalNumber } from "@ipc-playground/signals";
import { isStopped, logKill, untilSignal } from "./signalling.ts";

const SENT = 100;
const SIGUSR2 = signalNumber("SIGUSR2");

export default defineDemo({
  name: "merge",
  title: "A hundred signals, one delivery",
  claims: {
    merges: {
      says: "Equal standard signals that are pending at the same time merge into one.",
      expect: "holds",
      source: "signal(7), Queueing and delivery semantics for standard signals",
    },
    senderTold: {
      says: "kill() fails when the same signal is already pending, so the sender can try again.",
      expect: "refuted",
      source: "kill(2)",
    },
  },
  predict: {
    question:
      "A stopped process is sent SIGUSR2 a hundred times, and then goes on. How often does its handler run?",
    choices: ["100 times", "Once", "Never: it was stopped"],
    answer: 1,
    because:
      "For each standard signal the kernel keeps one bit: pending, or not. Setting it again changes nothing.",
  },
  processes: {
    async receiver({ log }) {
      let count = 0;
      process.on("SIGUSR2", () => {
        count++;
        log.event("caught", { object: "SIGUSR2", flow: ["usr2"] });
      });
      const told = untilSignal("SIGTERM");
      log.event("ready");
      await told;
      return count;
    },
  },
  async run({ start, claim, step, until, log }) {
    const receiver = start("receiver");
    await receiver.said("ready");

    step("The receiver is stopped, so that whatever is sent to it has to wait.");
    logKill(log, receiver, "SIGSTOP");
    await until(() => isStopped(receiver.pid), { what: "the receiver to be stopped" });

    let failed = 0;
    log.call(
      `kill ×${SENT}`,
      "SIGUSR2 to receiver",
      () => {
        for (let i = 0; i < SENT; i++) {
          try {
            sendSignal(receiver.pid, "SIGUSR2");
          } catch {
            failed++;
          }
        }
      },
      undefined,
      () => ({ flow: ["usr2"] }),
    );
    const pending = signalStatus(receiver.pid)?.pendingForProcess.includes(SIGUSR2);
    log.event("look", {
      result: pending ? "pending: SIGUSR2" : "nothing pending",
      note: "ShdPnd in /proc/PID/status: one bit per signal.",
    });
    claim("senderTold", failed > 0, `${failed} of ${SENT} calls of kill() failed`);

    logKill(log, receiver, "SIGCONT");
    await receiver.said("caught");
    logKill(log, receiver, "SIGTERM");
    const count = await receiver.result<number>();
    claim(
      "merges",
      count === 1,
      `${SENT} were sent, and the handler ran ${count === 1 ? "once" : `${count} times`}`,
    );
  },
});
