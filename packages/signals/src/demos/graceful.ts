import { setImmediate } from "node:timers/promises";
import { defineDemo } from "@ipc-playground/lab-kit";
import { read } from "@ipc-playground/libc";
import { Gate, logKill, untilSignal } from "./signalling.ts";

const JOBS = 4;

export default defineDemo({
  name: "graceful",
  title: "A graceful stop: finish what was begun, take nothing new",
  claims: {
    atOnce: {
      says: "SIGTERM ends a process at once, whatever it is doing.",
      expect: "refuted",
      source: "signal(7): SIGTERM can be caught; only SIGKILL cannot",
    },
    finishes: {
      says: "A process that handles SIGTERM can finish its work and say what it was ended by.",
      expect: "holds",
      source: "The Linux Programming Interface, 26.1.4: restore the default, and raise it again",
    },
    keepsDefault: {
      says: "A Node program with a handler for SIGINT still ends on Ctrl-C.",
      expect: "refuted",
      source: "Node.js, Signal events: installing a handler removes the default",
    },
    unhandled: {
      says: "Without a handler, SIGTERM ends a Node process and its work is left undone.",
      expect: "holds",
      source: "signal(7), default action Term",
    },
  },
  predict: {
    question:
      "A program handles SIGINT with a function that only counts. You press Ctrl-C. What happens to the program?",
    choices: ["It ends", "It counts, and goes on", "It ends after a grace period"],
    answer: 1,
    because: "A handler replaces the default action. Whoever handles SIGINT has to end the program, too.",
  },
  processes: {
    /** Does its jobs in turn; each begins by waiting at the gate. */
    async worker({ fd, number, log }) {
      let stopping = false;
      let interrupts = 0;
      if (number("handles")) {
        process.on("SIGINT", () => {
          interrupts++;
          log.event("caught", { object: "SIGINT", note: "Counted, and that is all." });
        });
        process.once("SIGTERM", () => {
          stopping = true;
          log.event("caught", { object: "SIGTERM", note: "No new job from here on." });
        });
      }
      let done = 0;
      while (!stopping && done < JOBS) {
        const job = `job ${done + 1}`;
        log.call("read", job, () => read(fd("gate"), new Uint8Array(1)));
        log.event("done", { object: job });
        done++;
        // The event loop has to turn for a handler to run: the first may still be this turn's end.
        await setImmediate();
        await setImmediate();
      }
      log.event("goodbye", { result: `${done} of ${JOBS} jobs, ${interrupts} SIGINT` });
      // Node's own way to say "ended by SIGTERM" to whoever waits: no handler is left, so it is the default.
      process.kill(process.pid, "SIGTERM");
      await untilSignal("SIGTERM");
    },
  },
  async run({ start, claim, step, log, until }) {
    step("A worker without a handler, in the middle of its first job.");
    {
      using gate = new Gate();
      const worker = start("worker", { as: "careless", fds: { gate: gate.readEnd }, args: { handles: 0 } });
      gate.close(gate.readEnd);
      await worker.asleep({ in: "read" });
      worker.kill("SIGTERM");
      log.event("kill", { object: "SIGTERM to careless" });
      const { signal } = await worker.exited();
      claim("unhandled", signal === "SIGTERM", `ended by ${signal ?? "itself"} in the middle of a job`);
      gate.close(gate.writeEnd);
    }

    step("A worker with handlers. It is sent SIGINT, and then SIGTERM, in the middle of a job.");
    using gate = new Gate();
    const worker = start("worker", { as: "careful", fds: { gate: gate.readEnd }, args: { handles: 1 } });
    gate.close(gate.readEnd);
    await worker.asleep({ in: "read" });
    logKill(log, worker, "SIGINT");
    gate.open();
    await worker.said("caught");
    await worker.asleep({ in: "read" });
    claim("keepsDefault", !worker.running, `after SIGINT the worker is ${worker.whereabouts()}`);
    // What the director kills may end as it likes; a demo's other processes must end with status 0.
    worker.kill("SIGTERM");
    log.event("kill", { object: "SIGTERM to careful" });
    await worker.asleep({ in: "read" });
    claim("atOnce", !worker.running, `after SIGTERM it is ${worker.whereabouts()}, in its second job`);
    gate.open();
    await until(() => !worker.running, { what: "the worker to stop" });
    const { signal, code } = await worker.exited();
    await worker.said("goodbye");
    claim(
      "finishes",
      signal === "SIGTERM",
      `it finished the job, and ended by ${signal ?? `status ${code}`}`,
    );
    gate.close(gate.writeEnd);
  },
});
