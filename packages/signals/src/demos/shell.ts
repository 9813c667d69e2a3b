import { defineDemo } from "@ipc-playground/lab-kit";
import {
  findNative,
  openReceiver,
  type ReceivedSignal,
  signalName,
  signalNumber,
} from "@ipc-playground/signals";

const SIGNAL = signalNumber("SIGRTMIN+1");
const VALUE = 42;

export default defineDemo({
  name: "shell",
  title: "kill -q 42 -s RTMIN+1 PID, from any shell",
  claims: {
    reaches: {
      says: "A signal with a value can be sent from a shell, to a program that has never heard of the sender.",
      expect: "holds",
      source: "kill(1) of util-linux, --queue",
    },
    fromKill: {
      says: "The sender that the receiver sees is the shell in which the command was typed.",
      expect: "refuted",
      source: "sigaction(2), si_pid: the process that made the call, which is kill(1)",
    },
  },
  processes: {
    async receiver({ log }) {
      using receiver = openReceiver([SIGNAL]);
      log.event("ready", { note: `Try it: kill -q ${VALUE} -s RTMIN+1 PID` });
      for await (const signal of receiver) {
        log.event("received", {
          object: signalName(signal.signal),
          result: `value ${signal.value} from pid ${signal.senderPid}`,
          flow: ["typed"],
        });
        return signal;
      }
      return null;
    },
  },
  async run({ start, program, claim, unavailable, log }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      unavailable("reaches", native.reason);
      unavailable("fromKill", native.reason);
      return;
    }
    const receiver = start("receiver");
    await receiver.said("ready");
    // env finds the program kill: the shell's own builtin has no -q.
    const typed = `env kill -q ${VALUE} -s RTMIN+1 ${receiver.pid} & wait $!`;
    log.event("sh", { result: typed, flow: ["typed"] });
    const shell = program("sh", ["-c", typed], { as: "shell" });
    const { code } = await shell.exited();
    if (code !== 0) {
      const reason = "kill(1) of this system has no -q: install util-linux's (apt install util-linux)";
      unavailable("reaches", reason);
      unavailable("fromKill", reason);
      receiver.kill("SIGKILL");
      return;
    }
    const signal = await receiver.result<ReceivedSignal>();
    claim(
      "reaches",
      signal.queued && signal.value === VALUE,
      `received ${signalName(signal.signal)} with value ${signal.value}`,
    );
    claim(
      "fromKill",
      signal.senderPid === shell.pid,
      `sent by pid ${signal.senderPid}; the shell is pid ${shell.pid}`,
    );
  },
});
