import { defineDemo } from "@ipc-playground/lab-kit";
import {
  changeSignalMask,
  errnoSymbol,
  setDisposition,
  signalMask,
  signalStatus,
} from "@ipc-playground/libc";
import { signalNumber } from "@ipc-playground/signals";
import { isStopped, logKill, untilSignal } from "./signalling.ts";

const SIGKILL = signalNumber("SIGKILL");
const SIGTERM = signalNumber("SIGTERM");

export default defineDemo({
  name: "uncatchable",
  title: "SIGKILL and SIGSTOP: no handler, no mask, no excuse",
  claims: {
    caught: {
      says: "A process can catch or ignore SIGKILL if it asks early enough.",
      expect: "refuted",
      source: "signal(7), sigaction(2): EINVAL",
    },
    blocked: {
      says: "Blocking SIGKILL is an error.",
      expect: "refuted",
      source: "sigprocmask(2): it is silently left out of the mask",
    },
    stoppedRuns: {
      says: "SIGTERM ends a stopped process.",
      expect: "refuted",
      source: "signal(7): it stays pending until SIGCONT",
    },
    stoppedDies: {
      says: "SIGKILL ends a stopped process.",
      expect: "holds",
      source: "signal(7)",
    },
  },
  predict: {
    question: "A process is stopped (Ctrl-Z, or SIGSTOP). You send it SIGTERM. What happens?",
    choices: ["It ends", "Nothing, until it goes on", "An error: it is stopped"],
    answer: 1,
    because:
      "A stopped process runs no code, not even the code that would end it. Only SIGKILL and SIGCONT work on it.",
  },
  processes: {
    async asking({ log }) {
      const refused = (what: string, action: () => number) => {
        const result = log.call("sigaction", what, action);
        return result < 0 ? errnoSymbol(-result) : "accepted";
      };
      const ignore = refused("SIGKILL: ignore", () => setDisposition(SIGKILL, "ignore"));
      let node = "accepted";
      try {
        process.on("SIGKILL", () => {});
      } catch (error) {
        node = (error as NodeJS.ErrnoException).code ?? String(error);
      }
      log.event("process.on", { object: "SIGKILL", result: node });
      const before = changeSignalMask("block", [SIGKILL]);
      const blocked = signalMask().includes(SIGKILL);
      const maskCall = typeof before === "number" ? errnoSymbol(-before) : "no error";
      log.event("pthread_sigmask", {
        object: "block SIGKILL",
        result: `${maskCall}, ${blocked ? "blocked" : "and not blocked"}`,
      });
      const told = untilSignal("SIGUSR2");
      log.event("ready");
      await told;
      return { ignore, node, maskCall, blocked };
    },
    async sleeper({ log }) {
      const told = untilSignal("SIGUSR2");
      log.event("ready");
      await told;
    },
  },
  async run({ start, claim, step, until, log }) {
    step("A process asks to catch, to ignore and to block SIGKILL.");
    const asking = start("asking");
    await asking.said("ready");
    logKill(log, asking, "SIGUSR2");
    const asked = await asking.result<{ ignore: string; node: string; maskCall: string; blocked: boolean }>();
    claim(
      "caught",
      asked.ignore === "accepted" || asked.node === "accepted",
      `sigaction: ${asked.ignore}; process.on("SIGKILL"): ${asked.node}`,
    );
    claim(
      "blocked",
      asked.maskCall !== "no error",
      `the call gave ${asked.maskCall}; blocked afterwards: ${asked.blocked ? "yes" : "no"}`,
    );

    step("Another one is stopped, and then sent SIGTERM.");
    const victim = start("sleeper", { as: "victim" });
    await victim.said("ready");
    victim.kill("SIGSTOP");
    log.event("kill", { object: "SIGSTOP to victim" });
    await until(() => isStopped(victim.pid), { what: "the victim to be stopped" });
    victim.kill("SIGTERM");
    log.event("kill", { object: "SIGTERM to victim" });
    const pending = signalStatus(victim.pid)?.pendingForProcess.includes(SIGTERM);
    const stopped = isStopped(victim.pid);
    log.event("look", { object: "victim", result: stopped ? "stopped, SIGTERM pending" : "not stopped" });
    claim(
      "stoppedRuns",
      !(pending && stopped),
      `after SIGTERM: ${stopped ? "still stopped" : "not stopped"}, SIGTERM ${pending ? "pending" : "not pending"}`,
    );
    victim.kill("SIGKILL");
    log.event("kill", { object: "SIGKILL to victim" });
    const { signal } = await victim.exited();
    claim("stoppedDies", signal === "SIGKILL", `ended by ${signal ?? "itself"}, stopped as it was`);
  },
});
