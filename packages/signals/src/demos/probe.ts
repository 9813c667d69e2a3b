import { spawn } from "node:child_process";
import { defineDemo } from "@ipc-playground/lab-kit";
import { allPids, processStat, read } from "@ipc-playground/libc";
import { probe } from "@ipc-playground/signals";
import { Gate } from "./signalling.ts";

/** The user id that nobody's files belong to. Source: the kernel's overflowuid. */
const NOBODY = 65_534;

export default defineDemo({
  name: "probe",
  title: "kill(pid, 0): is anybody there?",
  claims: {
    asks: {
      says: "kill(pid, 0) sends nothing, and tells whether the process exists.",
      expect: "holds",
      source: "kill(2)",
    },
    runs: {
      says: "If kill(pid, 0) succeeds, the process is running.",
      expect: "refuted",
      source: "kill(2), Notes: an existing process might be a zombie",
    },
    othersHidden: {
      says: "For a process of another user, kill(pid, 0) says that there is none.",
      expect: "refuted",
      source: "kill(2): EPERM, which is a yes",
    },
  },
  predict: {
    question: "A program has crashed; its parent has not noticed yet. What does kill(pid, 0) say?",
    choices: ["ESRCH: gone", "0: it is there", "EPERM"],
    answer: 1,
    because: "The pid is taken until the parent has waited. kill() asks for the pid, not for life.",
  },
  processes: {
    /** Has a child that ends, and does not wait for it until it is told. */
    async parent({ fd, log }) {
      const child = spawn("true", { stdio: "ignore" });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      log.call("read", "gate", () => read(fd("gate"), new Uint8Array(1)));
      await exited;
    },
    /** Becomes another user, if it may, and asks for a process of its own former user, or of root. */
    other({ number, log }) {
      if (process.getuid?.() === 0) process.setuid?.(NOBODY);
      const asked = log.call("kill 0", `pid ${number("pid")}`, () => probe(number("pid")));
      return { uid: process.getuid?.(), answer: asked.kind };
    },
  },
  async run({ start, claim, unavailable, step, until, log }) {
    using gate = new Gate();
    const parent = start("parent", { fds: { gate: gate.readEnd } });
    gate.close(gate.readEnd);
    await parent.asleep({ in: "read" });
    const child = await until(() => allPids().find((pid) => processStat(pid)?.parentPid === parent.pid), {
      what: "the parent to have a child",
    });
    await until(() => processStat(child)?.state === "Z" || processStat(child) === null, {
      what: "the child to end",
    });
    const ask = (pid: number, who: string) => log.call("kill 0", who, () => probe(pid)).kind;

    step("The parent is asleep; its child is dead, and nobody has waited for it.");
    const alive = ask(parent.pid, "parent");
    const state = processStat(child)?.state ?? "gone";
    const dead = ask(child, "dead child");
    claim("runs", dead !== "there", `the child is in state ${state}, and kill(pid, 0) says ${dead}`);
    gate.open();
    await parent.result();
    gate.close(gate.writeEnd);
    const gone = ask(child, "child, waited for");
    claim(
      "asks",
      alive === "there" && gone === "gone",
      `a living process: ${alive}; one that was waited for: ${gone}`,
    );

    step("The same question about somebody else's process.");
    // Root asks as nobody, about this process; a plain user asks about one of root's.
    const root = process.getuid?.() === 0;
    const { uid, answer } = await start("other", { args: { pid: root ? process.pid : 1 } }).result<{
      uid: number;
      answer: string;
    }>();
    if (answer === "there") unavailable("othersHidden", "every process here may be signalled by this user");
    else
      claim(
        "othersHidden",
        answer === "gone",
        `user ${uid} asks about a process of user 0: ${answer} (EPERM)`,
      );
  },
});
