import { defineDemo } from "@ipc-playground/lab-kit";
import { changeSignalMask, threadIds } from "@ipc-playground/libc";
import {
  findNative,
  openReceiver,
  sendSignal,
  sendToMainThread,
  signalNumber,
} from "@ipc-playground/signals";

const SIGNAL = signalNumber("SIGRTMIN+1");

export default defineDemo({
  name: "thread",
  title: "Which thread gets it?",
  claims: {
    mainUsually: {
      says: "A signal for the process goes to its main thread, if that does not block it.",
      expect: "holds",
      source: "kernel/signal.c, complete_signal(); POSIX: any thread that does not block it",
    },
    oneThreadBlocks: {
      says: "If the main thread blocks a signal, the process does not get it.",
      expect: "refuted",
      source: "signal(7): any thread that does not block it; pthread_sigmask(3)",
    },
    directed: {
      says: "A signal sent to one thread waits for that thread, whatever the others do.",
      expect: "holds",
      source: "tgkill(2)",
    },
  },
  predict: {
    question:
      "The main thread of a Node process blocks a signal, and the signal is sent to the process. What happens?",
    choices: ["It stays pending", "Another thread takes it", "kill() fails"],
    answer: 1,
    because:
      "A process has one set of handlers and a mask for each thread. Node has ten threads, and the others have not blocked it.",
  },
  processes: {
    async program({ log }) {
      const receiver = openReceiver([SIGNAL], { mainThreadOnly: false });
      const me = process.pid;
      const got = () => {
        const signal = receiver.next();
        return signal === undefined
          ? "nobody"
          : signal.thread === me
            ? "the main thread"
            : `thread ${signal.thread}`;
      };
      const shown = (op: string, what: string, action: () => void) => {
        log.call(op, what, action);
        const who = got();
        log.event("taken by", { result: who });
        return who;
      };
      const open = shown("kill", "the process", () => sendSignal(me, SIGNAL));
      log.call("pthread_sigmask", "main thread blocks it", () => void changeSignalMask("block", [SIGNAL]));
      log.call("kill", "the process", () => sendSignal(me, SIGNAL));
      // Another thread has to wake up for it.
      let blocked = got();
      for (const late = performance.now() + 5_000; blocked === "nobody" && performance.now() < late; )
        blocked = got();
      log.event("taken by", { result: blocked });
      const directed = shown("tgkill", "the main thread", () => sendToMainThread(me, SIGNAL));
      log.call(
        "pthread_sigmask",
        "main thread unblocks it",
        () => void changeSignalMask("unblock", [SIGNAL]),
      );
      const later = got();
      log.event("taken by", { result: later });
      receiver.close();
      return { threads: threadIds(me).length, open, blocked, directed, later };
    },
  },
  async run({ start, claim, unavailable }) {
    const native = findNative("receiver");
    if (native.kind === "absent") {
      for (const name of ["mainUsually", "oneThreadBlocks", "directed"] as const)
        unavailable(name, native.reason);
      return;
    }
    type Seen = { threads: number } & Record<"open" | "blocked" | "directed" | "later", string>;
    const { threads, open, blocked, directed, later } = await start("program").result<Seen>();
    claim("mainUsually", open === "the main thread", `of ${threads} threads, ${open} ran the handler`);
    claim("oneThreadBlocks", blocked === "nobody", `blocked in the main thread: ${blocked} ran the handler`);
    claim(
      "directed",
      directed === "nobody" && later === "the main thread",
      `sent to the main thread while it blocked: ${directed}; after it unblocked: ${later}`,
    );
  },
});
