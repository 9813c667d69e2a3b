import { defineDemo } from "@ipc-playground/lab-kit";
import {
  descriptorTarget,
  errnoSymbol,
  getSignalAction,
  POLLIN,
  poll,
  read,
  SA_RESTART,
  setSignalFlags,
  signalStatus,
  write,
} from "@ipc-playground/libc";
import { signalNumber } from "@ipc-playground/signals";
import { Gate, logKill } from "./signalling.ts";

const SIGUSR2 = signalNumber("SIGUSR2");

const came = (count: number) => (count < 0 ? errnoSymbol(-count) : `${count} byte`);

export default defineDemo({
  name: "eintr",
  title: "A sleeping call is interrupted: EINTR, or SA_RESTART",
  claims: {
    restarted: {
      says: "With SA_RESTART, which Node sets for its handlers, an interrupted read goes on sleeping.",
      expect: "holds",
      source: "sigaction(2), SA_RESTART; libuv, signal.c",
    },
    interrupted: {
      says: "Without SA_RESTART, an interrupted read fails with EINTR.",
      expect: "holds",
      source: "signal(7), Interruption of system calls",
    },
    always: {
      says: "SA_RESTART makes every interrupted system call go on.",
      expect: "refuted",
      source: "signal(7): poll, select, sleep and others fail with EINTR whatever the flag",
    },
    callback: {
      says: 'The function given to process.on("SIGUSR2") runs at the moment the signal arrives.',
      expect: "refuted",
      source: "Node.js, Signal events: a callback of the event loop",
    },
  },
  predict: {
    question:
      "A Node process sleeps in read() on an empty pipe and gets a signal that it handles. What does read() do?",
    choices: ["It returns 0", "It fails with EINTR", "It goes on sleeping"],
    answer: 2,
    because:
      "Node installs its handlers with SA_RESTART. The handler in C runs, and the kernel starts the read again.",
  },
  processes: {
    sleeper({ fd, log }) {
      let callbacks = 0;
      process.on("SIGUSR2", () => callbacks++);
      const input = fd("in");
      const name = descriptorTarget(process.pid, input) ?? "pipe";
      const action = getSignalAction(SIGUSR2);
      const flags = typeof action === "number" ? 0 : action.flags;
      const sleepInRead = () => log.call("read", name, () => read(input, new Uint8Array(1)));

      const withRestart = sleepInRead();
      log.call(
        "sigaction",
        "SIGUSR2: no SA_RESTART",
        () => void setSignalFlags(SIGUSR2, flags & ~SA_RESTART),
      );
      const without = sleepInRead();
      log.call("sigaction", "SIGUSR2: SA_RESTART", () => void setSignalFlags(SIGUSR2, flags));
      const polled = log.call("poll", name, () => {
        const found = poll([{ fd: input, events: POLLIN }], 20_000);
        return typeof found === "number" ? found : 0;
      });
      return { nodeRestarts: (flags & SA_RESTART) !== 0, withRestart, without, polled, callbacks };
    },
  },
  async run({ start, claim, step, until, log }) {
    type Seen = Record<"withRestart" | "without" | "polled" | "callbacks", number> & {
      nodeRestarts: boolean;
    };
    using gate = new Gate();
    const sleeper = start("sleeper", { fds: { in: gate.readEnd } });
    const interrupt = async () => {
      logKill(log, sleeper, "SIGUSR2");
      await until(() => !signalStatus(sleeper.pid)?.pendingForProcess.includes(SIGUSR2), {
        what: "SIGUSR2 to be delivered",
      });
    };

    step("Node's own flags: SA_RESTART.");
    await sleeper.asleep({ in: "read" });
    await interrupt();
    await sleeper.asleep({ in: "read" });
    const where = sleeper.whereabouts();
    log.call("write", descriptorTarget(process.pid, gate.writeEnd) ?? "pipe", () =>
      write(gate.writeEnd, Buffer.from("x")),
    );

    step("The same handler without the flag.");
    await sleeper.said("sigaction");
    await sleeper.asleep({ in: "read" });
    await interrupt();

    step("With the flag again, but in poll().");
    await sleeper.asleep({ in: "poll" });
    await interrupt();
    const seen = await sleeper.result<Seen>();
    claim(
      "restarted",
      seen.nodeRestarts && where.startsWith("asleep in read") && seen.withRestart === 1,
      `after the signal: ${where}; then a byte came, and read gave ${came(seen.withRestart)}`,
    );
    claim("interrupted", came(seen.without) === "EINTR", `read gave ${came(seen.without)}`);
    claim("always", came(seen.polled) !== "EINTR", `poll with SA_RESTART gave ${came(seen.polled)}`);
    claim("callback", seen.callbacks > 0, `after three signals the callback had run ${seen.callbacks} times`);
  },
});
