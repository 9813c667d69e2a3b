import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { url } from "node:inspector";
import { defineDemo } from "@ipc-playground/lab-kit";
import { openDescriptors, signalStatus } from "@ipc-playground/libc";
import { realtimeRange, sendSignal, signalName, signalNumber } from "@ipc-playground/signals";
import { logKill, untilSignal } from "./signalling.ts";

export default defineDemo({
  name: "node",
  title: "What Node makes of signals",
  claims: {
    usr1: {
      says: "SIGUSR1 ends a process that does not handle it.",
      expect: "refuted",
      source: "Node.js, Signal events: SIGUSR1 is reserved to start the debugger; elsewhere signal(7)",
    },
    ignored: {
      says: "A Node process starts with SIGPIPE ignored.",
      expect: "holds",
      source: "Node.js, Signal events; proc_pid_status(5), SigIgn",
    },
    realtime: {
      says: 'process.on("SIGRTMIN", …) handles the realtime signal SIGRTMIN.',
      expect: "refuted",
      source: "Node.js, os.constants.signals: it knows 1 to 31 only, and takes this for an event of your own",
    },
    reported: {
      says: "Node reports the signal that ended a child.",
      expect: "refuted",
      source: "Node.js, child_process: 'exit'; for a realtime signal it says exit status 0",
    },
  },
  predict: {
    question: "A child is killed by a realtime signal. What does Node's 'exit' event say?",
    choices: ["signal: SIGRTMIN+1", "code: 0, as if all had been well", "code: 163"],
    answer: 1,
    because:
      "Node has no name for signals over 31. It passes on an empty name, and that reads as: no signal, status 0.",
  },
  processes: {
    async program({ log }) {
      // Any free port, if the debugger is asked for.
      process.debugPort = 0;
      let realtime = 0;
      (process as NodeJS.EventEmitter).on("SIGRTMIN", () => realtime++);
      const caught = signalStatus(process.pid)?.caught.includes(realtimeRange().lowest);
      log.event("process.on", {
        object: "SIGRTMIN",
        result: caught ? "a handler" : "no error, and no handler",
      });
      const told = untilSignal("SIGTERM");
      log.event("ready");
      await told;
      return { debugger: url() ?? "", realtimeCaught: caught };
    },
  },
  async run({ start, claim, step, until, log }) {
    const program = start("program");
    await program.said("ready");
    const status = signalStatus(program.pid);
    const ignored = (status?.ignored ?? []).map(signalName);
    log.event("look", { object: "SigIgn", result: ignored.join(", ") });
    claim("ignored", ignored.includes("SIGPIPE"), `ignored: ${ignored.join(", ")}`);

    step("SIGUSR1, which would end any program that has not asked for it.");
    logKill(log, program, "SIGUSR1");
    await until(() => signalStatus(program.pid)?.pendingForProcess.length === 0, {
      what: "SIGUSR1 to be delivered",
    });
    await until(() => !program.running || isListening(program.pid), {
      what: "the debugger to listen, or the process to end",
    });
    const alive = program.running;
    if (alive) logKill(log, program, "SIGTERM");
    const seen = await program.result<{ debugger: string; realtimeCaught: boolean }>();
    claim("usr1", !alive, `the process lives, and a debugger listens on ${seen.debugger || "nothing"}`);
    claim(
      "realtime",
      seen.realtimeCaught,
      `/proc/PID/status, SigCgt: ${seen.realtimeCaught ? "caught" : "not caught"}`,
    );

    step("Two children: one is ended by SIGTERM, the other by SIGRTMIN+1.");
    const said = new Map<string, string>();
    for (const signal of ["SIGTERM", "SIGRTMIN+1"]) {
      const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
      const exit = once(child, "exit");
      sendSignal(child.pid as number, signalNumber(signal));
      const [code, name] = (await exit) as [number | null, string | null];
      said.set(signal, name ? `signal ${name}` : `code ${code}`);
      log.event("exit", { object: `child killed by ${signal}`, result: `Node says: ${said.get(signal)}` });
    }
    claim(
      "reported",
      said.get("SIGRTMIN+1") !== "code 0",
      [...said].map(([signal, what]) => `${signal}: ${what}`).join("; "),
    );
  },
});

/** Whether a process has a TCP socket that listens. proc_pid_net(5) */
function isListening(pid: number): boolean {
  return listeningSockets(pid).some((inode) => socketsOf(pid).includes(inode));
}

const LISTEN = "0A";

function listeningSockets(pid: number): string[] {
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => `socket:[${fields[9]}]`);
}

function socketsOf(pid: number): string[] {
  return (openDescriptors(pid) ?? []).map(({ target }) => target);
}
