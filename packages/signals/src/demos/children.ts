import { spawn } from "node:child_process";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { defineDemo } from "@ipc-playground/lab-kit";
import { allPids, processStat } from "@ipc-playground/libc";
import { Gate, isStopped, logKill } from "./signalling.ts";

const CHILDREN = 3;

export default defineDemo({
  name: "children",
  title: "Three children end, and one SIGCHLD tells it",
  claims: {
    onePerChild: {
      says: "The parent gets one SIGCHLD for each child that ends.",
      expect: "refuted",
      source: "signal(7): SIGCHLD is a standard signal, and they merge",
    },
    allReaped: {
      says: "A parent that waits in a loop until there is nobody left to wait for misses none of them.",
      expect: "holds",
      source: "waitpid(2), WNOHANG; The Linux Programming Interface, 26.3.1",
    },
  },
  predict: {
    question:
      "While a parent is stopped, three of its children end. How many SIGCHLD does it get when it goes on?",
    choices: ["Three", "One", "None"],
    answer: 1,
    because:
      "SIGCHLD is pending or it is not. The handler must therefore ask for more than one child each time.",
  },
  processes: {
    async parent({ fd, log }) {
      let signals = 0;
      process.on("SIGCHLD", () => {
        signals++;
        log.event("caught", { object: "SIGCHLD", flow: ["chld"] });
      });
      // They read from the gate until it is closed.
      const children = Array.from({ length: CHILDREN }, () =>
        spawn("cat", { stdio: [fd("gate"), "ignore", "ignore"] }),
      );
      const ends = children.map((child) => once(child, "exit"));
      log.event("spawn", { object: `${CHILDREN} × cat` });
      await Promise.all(ends);
      // Our own handler for SIGCHLD is called in the same turn of the event loop, after Node's.
      await setImmediate();
      log.event("waitpid", { result: `${children.length} children` });
      return { signals, reaped: children.filter((child) => child.exitCode === 0).length };
    },
  },
  async run({ start, claim, step, until, log }) {
    using gate = new Gate();
    const parent = start("parent", { fds: { gate: gate.readEnd } });
    gate.close(gate.readEnd);
    await parent.said("spawn");
    const children = allPids().filter((pid) => processStat(pid)?.parentPid === parent.pid);

    step("The parent is stopped. Its children end, because their input does.");
    logKill(log, parent, "SIGSTOP");
    await until(() => isStopped(parent.pid), { what: "the parent to be stopped" });
    gate.close(gate.writeEnd);
    const zombies = () => children.filter((pid) => processStat(pid)?.state === "Z").length;
    await until(() => zombies() === children.length, {
      what: () => `the children to end (${zombies()} of ${children.length} have)`,
    });
    log.event("look", { result: `${zombies()} zombies`, flow: ["chld"] });

    step("It goes on.");
    logKill(log, parent, "SIGCONT");
    const { signals, reaped } = await parent.result<{ signals: number; reaped: number }>();
    claim(
      "onePerChild",
      signals === CHILDREN,
      `${CHILDREN} children ended, and SIGCHLD was caught ${signals} time(s)`,
    );
    claim("allReaped", reaped === CHILDREN, `${reaped} of ${CHILDREN} children were waited for`);
  },
});
