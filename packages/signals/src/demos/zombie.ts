import { spawn } from "node:child_process";
import { defineDemo } from "@ipc-playground/lab-kit";
import { allPids, kill, processStat, read } from "@ipc-playground/libc";
import { Gate, logKill } from "./signalling.ts";

export default defineDemo({
  name: "zombie",
  title: "A dead child stays until its parent has asked",
  claims: {
    gone: {
      says: "A process that has exited is gone.",
      expect: "refuted",
      source: "wait(2), Notes: it becomes a zombie",
    },
    killable: {
      says: "kill -9 removes a zombie.",
      expect: "refuted",
      source: "wait(2): only its parent's wait does, or its parent's end",
    },
    reaped: {
      says: "Node waits for its children by itself, as soon as its event loop turns.",
      expect: "holds",
      source: "libuv, process.c: SIGCHLD and waitpid",
    },
  },
  predict: {
    question: "A child of a busy parent exits. What does /proc say of the child?",
    choices: ["Nothing, it is gone", "State Z", "State S, asleep"],
    answer: 1,
    because:
      "The kernel keeps its exit status until the parent collects it. All the rest of the process is gone.",
  },
  processes: {
    async parent({ fd, log }) {
      const child = spawn("true", { stdio: "ignore" });
      log.event("spawn", { object: `true (pid ${child.pid})` });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      // A blocking read: the event loop stands still, so nobody waits for the child.
      log.call("read", "gate", () => read(fd("gate"), new Uint8Array(1)));
      await exited;
      log.event("wait", { object: `pid ${child.pid}`, result: `status ${child.exitCode}`, flow: ["child"] });
      return child.pid;
    },
  },
  async run({ start, claim, step, until, log }) {
    using gate = new Gate();
    const parent = start("parent", { fds: { gate: gate.readEnd } });
    gate.close(gate.readEnd);
    await parent.asleep({ in: "read" });
    const child = await until(() => childOf(parent.pid), { what: "the parent to have a child" });
    await until(() => processStat(child)?.state === "Z" || processStat(child) === null, {
      what: () => `the child to end (state ${processStat(child)?.state})`,
    });
    const state = processStat(child)?.state ?? "gone";
    log.event("look", { object: `/proc/${child}/stat`, result: `state ${state}`, flow: ["child"] });
    claim("gone", state === "gone", `after its exit, /proc/${child}/stat says state ${state}`);

    step("The child is dead already, so there is nothing left that a signal could end.");
    logKill(log, { name: "the zombie", pid: child }, "SIGKILL");
    // The parent is asleep in read: if the zombie goes now, kill has done it.
    const afterKill = processStat(child)?.state ?? "gone";
    claim(
      "killable",
      afterKill === "gone",
      `kill -9 gave ${kill(child, 0)}, and it is still state ${afterKill}`,
    );

    step("Its parent's event loop goes on.");
    log.call("write", "gate", () => gate.open());
    await parent.result();
    gate.close(gate.writeEnd);
    const last = processStat(child)?.state ?? "gone";
    claim("reaped", last === "gone", `after the parent's event loop turned: ${last}`);
  },
});

function childOf(pid: number): number | undefined {
  return allPids().find((other) => processStat(other)?.parentPid === pid);
}
