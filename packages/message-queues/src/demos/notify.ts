import { defineDemo } from "@ipc-playground/lab-kit";
import { createPosixQueue, openPosixQueue } from "@ipc-playground/message-queues";
import { mqReceive, mqSend } from "./telling.ts";

const SIGUSR2 = 12;

export default defineDemo({
  name: "notify",
  title: "POSIX: be told of a message, once",
  claims: {
    every: {
      says: "A process that asked to be notified is told of every message.",
      expect: "refuted",
      source: "mq_notify(3): once, then the registration is gone",
    },
    nonEmpty: {
      says: "Asking for a notification while messages wait brings one at once.",
      expect: "refuted",
      source: "mq_notify(3): only when the empty queue becomes non-empty",
    },
    waiting: {
      says: "A process that waits in mq_receive comes before one that asked to be notified.",
      expect: "holds",
      source: "mq_notify(3)",
    },
  },
  predict: {
    question:
      "A process asked for a signal when a message comes. Three messages come, and it takes each. How many signals?",
    choices: ["Three", "One", "None, until it asks for the count"],
    answer: 1,
    because:
      "A notification is spent when it is delivered. Register again first, and only then empty the queue: or a message that comes in between is never announced.",
  },
  processes: {
    /** Asks to be notified, and counts the signals until it is ended. */
    async watcher({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      let count = 0;
      process.on("SIGUSR2", () => {
        count++;
        log.event("SIGUSR2", { note: "The kernel's notification: there is a message." });
      });
      const end = new Promise((resolve) => process.on("SIGTERM", resolve));
      // A promise alone does not keep Node running; signal handlers do not either.
      const stay = setInterval(() => {}, 60_000);
      log.call("mq_notify", queue.name, () => `SIGUSR2: ${queue.notify(SIGUSR2) ? "registered" : "EBUSY"}`);
      await end;
      clearInterval(stay);
      return count;
    },
    receiver({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      return mqReceive(log, queue).kind;
    },
  },
  async run({ start, own, claim, step, log, until }) {
    const name = own("posix-mq");
    using queue = createPosixQueue(name, { maxMessages: 8, messageBytes: 64 });
    const registered = (pid: number) => queue.status().notifyPid === pid;

    step("A watcher registers while a message waits already. Another message comes.");
    mqSend(log, queue, 0, "there before");
    const watcher = start("watcher", { args: { queue: name } });
    await until(() => registered(watcher.pid), {
      what: "the watcher to register",
      orElse: () => (watcher.running ? undefined : watcher.failure()),
    });
    mqSend(log, queue, 0, "second");
    const still = registered(watcher.pid);
    claim(
      "nonEmpty",
      !still,
      `two messages are in the queue, and the registration of pid ${watcher.pid} is ${still ? "still waiting" : "spent"}`,
    );
    mqReceive(log, queue, { withinMs: 0 });
    mqReceive(log, queue, { withinMs: 0 });

    step("The queue is empty now, and a receiver sleeps in mq_receive as well. A message comes.");
    const receiver = start("receiver", { args: { queue: name } });
    await receiver.asleep({ in: "mq_receive" });
    mqSend(log, queue, 0, "for the receiver");
    const got = await receiver.result<string>();
    const kept = registered(watcher.pid);
    claim(
      "waiting",
      got === "message" && kept,
      `the receiver got it; the registration is ${kept ? "still there" : "spent"}`,
    );

    step("Nobody else waits any more. Three messages come, and each is taken before the next.");
    for (const text of ["one", "two", "three"]) {
      mqSend(log, queue, 0, text);
      mqReceive(log, queue, { withinMs: 0 });
    }
    await watcher.said("SIGUSR2");
    const after = queue.status().notifyPid;
    watcher.kill("SIGTERM");
    const signals = await watcher.result<number>();
    claim(
      "every",
      signals >= 3,
      `3 messages came to the empty queue, and ${signals} signal; registered now: ${after === 0 ? "nobody" : after}`,
    );
  },
});
