import { constants } from "node:os";
import { defineDemo } from "@ipc-playground/lab-kit";
import { errnoSymbol, kill } from "@ipc-playground/libc";
import { realtimeRange, STANDARD_SIGNALS } from "@ipc-playground/signals";
import { Gate } from "./signalling.ts";

/** The highest number that is a signal on x64 and arm64. Source: signal(7), _NSIG. */
const KERNEL_HIGHEST = 64;

export default defineDemo({
  name: "numbers",
  title: "Numbers and names: 1 to 31, and 34 to 64",
  claims: {
    standard: {
      says: "There are about 30 standard signals, 1 to 31.",
      expect: "holds",
      source: "signal(7), Standard signals",
    },
    realtime: {
      says: "Realtime signals have the numbers 34 to 64.",
      expect: "holds",
      source: "signal(7), Real-time signals: with glibc",
    },
    gap: {
      says: "Signals 32 and 33 do not exist.",
      expect: "refuted",
      source: "signal(7): the kernel has them; the C library keeps them for itself",
    },
    sixtyFive: {
      says: "There is no signal 65.",
      expect: "holds",
      source: "kill(2), EINVAL",
    },
  },
  processes: {},
  async run({ program, claim, unavailable, log }) {
    const standard = new Set(Object.values(constants.signals).filter((number) => number <= STANDARD_SIGNALS));
    log.event("look", { object: "os.constants.signals", result: `${standard.size} numbers with names` });
    claim(
      "standard",
      standard.size >= 28 && Math.min(...standard) === 1 && Math.max(...standard) === STANDARD_SIGNALS,
      `${standard.size} numbers have names, from ${Math.min(...standard)} to ${Math.max(...standard)}`,
    );
    const { lowest, highest } = realtimeRange();
    log.event("look", { object: "the C library", result: `SIGRTMIN ${lowest}, SIGRTMAX ${highest}` });
    // musl keeps one more for itself.
    if (lowest === 35)
      unavailable("realtime", `a C library other than glibc: here it is ${lowest} to ${highest}`);
    else claim("realtime", lowest === 34 && highest === 64, `SIGRTMIN is ${lowest}, SIGRTMAX is ${highest}`);

    using gate = new Gate();
    const victim = program("cat", [], { as: "victim", stdin: gate.readEnd });
    const beyond = log.call("kill", "signal 65 to victim", () => kill(victim.pid, KERNEL_HIGHEST + 1));
    claim("sixtyFive", beyond < 0, `kill(pid, 65): ${beyond < 0 ? errnoSymbol(-beyond) : "sent"}`);
    log.event("kill", { object: "signal 32 to victim" });
    const result = kill(victim.pid, 32);
    if (result === 0) await victim.exited();
    log.event("look", {
      object: "victim",
      result: victim.running ? "still there" : "gone",
      note: "Ended by signal 32. Node has no name for that, and calls it status 0: see the demo `node`.",
    });
    claim(
      "gap",
      victim.running,
      `kill(pid, 32) gave ${result}, and the process is ${victim.running ? "still there" : "gone"}`,
    );
  },
});
