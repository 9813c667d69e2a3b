import { defineDemo } from "@ipc-playground/lab-kit";
import { allPids, check, processGroup, processStat, setProcessGroup } from "@ipc-playground/libc";
import { sendSignal } from "@ipc-playground/signals";
import { Gate, logKill, untilSignal } from "./signalling.ts";

export default defineDemo({
  name: "groups",
  title: "Process groups: one signal for a whole pipeline",
  claims: {
    group: {
      says: "A signal to a process group reaches every process in it, and no other.",
      expect: "holds",
      source: "kill(2): a negative pid; setpgid(2)",
    },
    parentOnly: {
      says: "Killing a process kills its children.",
      expect: "refuted",
      source: "kill(2): one process; the children get a new parent",
    },
  },
  predict: {
    question: "You kill -9 a process that has a child. What becomes of the child?",
    choices: ["It is killed too", "It runs on, with another parent", "It is stopped"],
    answer: 1,
    because:
      "A signal goes to the pid it was sent to. Ctrl-C seems to do more, because a terminal signals a whole group.",
  },
  processes: {
    /** Joins a group (0: makes its own), and waits to be told that it may go. */
    async member({ number, log }) {
      const group = number("group");
      check(setProcessGroup(0, group), { syscall: "setpgid", doing: `join group ${group}` });
      const ended = untilSignal("SIGTERM");
      process.once("SIGUSR2", () => log.event("caught", { object: "SIGUSR2", flow: ["usr2"] }));
      log.event("setpgid", { object: group === 0 ? "a new group" : `group ${group}` });
      await ended;
    },
  },
  async run({ start, program, claim, step, until, log }) {
    step("Three processes: two in a group, as a shell does it for the programs of a pipeline.");
    const leader = start("member", { as: "leader", args: { group: 0 } });
    await leader.said("setpgid");
    const member = start("member", { as: "member", args: { group: leader.pid } });
    const outsider = start("member", { as: "outsider", args: { group: 0 } });
    await member.said("setpgid");
    await outsider.said("setpgid");
    log.call(
      "kill",
      `SIGUSR2 to group ${leader.pid}`,
      () => sendSignal(-leader.pid, "SIGUSR2"),
      "kill() with the group's number, negative.",
      () => ({ flow: ["usr2"] }),
    );
    const reached = new Set<string>();
    const groups = [leader, member, outsider].map(({ pid }) => processGroup(pid));
    for (const process of [leader, member]) {
      await process.said("caught").then(
        () => reached.add(process.name),
        () => {},
      );
    }
    // A signal to each, in turn: what was sent to the outsider before is caught before this one.
    for (const process of [leader, member, outsider]) logKill(log, process, "SIGTERM");
    for (const process of [leader, member, outsider]) await process.result();
    await outsider.said("caught", { withinMs: 0 }).then(
      () => reached.add("outsider"),
      () => {},
    );
    claim(
      "group",
      reached.has("leader") && reached.has("member") && !reached.has("outsider"),
      `groups ${groups.join(", ")}; caught by ${[...reached].join(" and ")}`,
    );

    step("A shell with a child, and kill -9 for the shell alone.");
    // cat ends when its input does, so it cannot outlive us either.
    using gate = new Gate();
    const shell = program("sh", ["-c", "exec 3<&0; cat <&3 & wait"], { as: "shell", stdin: gate.readEnd });
    gate.close(gate.readEnd);
    const child = await until(() => childOf(shell.pid), { what: "the shell to have a child" });
    shell.kill("SIGKILL");
    log.event("kill", { object: "SIGKILL to shell" });
    await shell.exited();
    const left = processStat(child);
    log.event("look", { object: `cat (pid ${child})`, result: left ? `state ${left.state}` : "gone" });
    claim(
      "parentOnly",
      left === null || left.state === "Z",
      `the shell is gone; its child is ${left ? `in state ${left.state}, and its parent is now pid ${left.parentPid}` : "gone"}`,
    );
    gate.close(gate.writeEnd);
  },
});

function childOf(pid: number): number | undefined {
  return allPids().find((other) => processStat(other)?.parentPid === pid);
}
