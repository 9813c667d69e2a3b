import { defineDemo } from "@ipc-playground/lab-kit";
import { changeSignalMask, pendingSignals, setDisposition } from "@ipc-playground/libc";
import { sendToMainThread, signalName, signalNumber } from "@ipc-playground/signals";
import { logKill, untilSignal } from "./signalling.ts";

const SIGUSR2 = signalNumber("SIGUSR2");
const SIGHUP = signalNumber("SIGHUP");
const SENT = 3;

export default defineDemo({
  name: "mask",
  title: "Blocked is not ignored: mask, pending, unmask",
  claims: {
    kept: {
      says: "A blocked signal is kept, and delivered when it is unblocked.",
      expect: "holds",
      source: "sigprocmask(2), sigpending(2)",
    },
    ignoredKept: {
      says: "An ignored signal is kept too, for when somebody handles it.",
      expect: "refuted",
      source: "signal(7): it is discarded",
    },
  },
  predict: {
    question:
      "SIGUSR2 is blocked and SIGHUP is ignored; both are sent. Then one is unblocked and the other gets a handler. Which handler runs?",
    choices: ["Both", "Only SIGUSR2's", "Only SIGHUP's"],
    answer: 1,
    because: "Blocking puts off the delivery. Ignoring is a delivery: nothing is what it does.",
  },
  processes: {
    async holder({ log }) {
      const caught = { SIGUSR2: 0, SIGHUP: 0 };
      const count = (name: keyof typeof caught) => () => {
        caught[name]++;
        log.event("caught", { object: name, flow: [name] });
      };
      log.call("pthread_sigmask", "block SIGUSR2", () => void changeSignalMask("block", [SIGUSR2]));
      log.call("sigaction", "SIGHUP: ignore", () => void setDisposition(SIGHUP, "ignore"));
      process.on("SIGUSR2", count("SIGUSR2"));
      const told = untilSignal("SIGTERM");
      log.event("ready");
      await told;

      const pending = pendingSignals().map(signalName);
      log.event("sigpending", { result: pending.join(", ") || "none" });
      const before = { ...caught };
      process.on("SIGHUP", count("SIGHUP"));
      const delivered = untilSignal("SIGUSR2");
      log.call("pthread_sigmask", "unblock SIGUSR2", () => void changeSignalMask("unblock", [SIGUSR2]));
      await delivered;
      return { pending, before, after: caught };
    },
  },
  async run({ start, claim, step, log }) {
    type Seen = Record<"before" | "after", { SIGUSR2: number; SIGHUP: number }> & { pending: string[] };
    const holder = start("holder");
    await holder.said("ready");
    step("To the thread itself: another thread of the process would take what this one blocks.");
    for (let i = 0; i < SENT; i++)
      log.call(
        "tgkill",
        "SIGUSR2 to holder",
        () => sendToMainThread(holder.pid, "SIGUSR2"),
        undefined,
        () => ({ flow: ["SIGUSR2"] }),
      );
    logKill(log, holder, "SIGHUP");
    logKill(log, holder, "SIGTERM", undefined, "Tells the holder to go on.");
    const { pending, before, after } = await holder.result<Seen>();
    claim(
      "kept",
      before.SIGUSR2 === 0 && pending.includes("SIGUSR2") && after.SIGUSR2 > 0,
      `while blocked: pending ${pending.join(", ")}, handled ${before.SIGUSR2} of ${SENT}; unblocked: handled ${after.SIGUSR2}`,
    );
    claim(
      "ignoredKept",
      pending.includes("SIGHUP") || after.SIGHUP > 0,
      `SIGHUP, sent while ignored: pending ${pending.includes("SIGHUP") ? "yes" : "no"}, handled ${after.SIGHUP} times after a handler was set`,
    );
  },
});
