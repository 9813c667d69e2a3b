import { defineDemo } from "@ipc-playground/lab-kit";
import { close, openDescriptors, POLLIN, pipe2, poll, write } from "@ipc-playground/libc";
import { createPosixQueue, createSysvQueue, openPosixQueue } from "@ipc-playground/message-queues";
import { mqReceive, mqSend, textOf } from "./telling.ts";

export default defineDemo({
  name: "poll",
  title: "Waiting for a queue and something else at once",
  claims: {
    posix: {
      says: "A process cannot wait for a message queue and for something else at the same time.",
      expect: "refuted",
      source: "mq_overview(7): on Linux a queue descriptor is a file descriptor, for select, poll and epoll",
    },
    sysv: {
      says: "Nor for a System V queue.",
      expect: "holds",
      source: "sysvipc(7): an id, not a descriptor",
    },
  },
  predict: {
    question: "An event loop waits for descriptors with epoll. Which kind of queue can it wait for?",
    choices: ["Both", "POSIX queues, on Linux", "Neither: queues need a thread of their own"],
    answer: 1,
    because:
      "Linux made POSIX queues files of a small file system. System V is older than that idea: its queues are numbers in a table.",
  },
  processes: {
    /** Waits for a queue and a pipe together, twice. */
    waiter({ fd, text, log }) {
      using queue = openPosixQueue(text("queue"));
      const requests = [
        { fd: queue.fd, events: POLLIN },
        { fd: fd("pipe"), events: POLLIN },
      ];
      const woken: string[] = [];
      while (woken.length < 2) {
        const ready = log.call(
          "poll",
          "queue and pipe",
          () => poll(requests, -1),
          undefined,
          (found) => ({
            result:
              typeof found === "number"
                ? `errno ${-found}`
                : found[0]
                  ? "the queue is ready"
                  : "the pipe is ready",
          }),
        );
        if (typeof ready === "number") continue;
        if (ready[0]) {
          const message = mqReceive(log, queue, { withinMs: 0 });
          woken.push(`queue: ${message.kind === "message" ? textOf(message) : message.kind}`);
        } else if (ready[1]) {
          woken.push("pipe");
          log.event("woke", { result: "for the pipe" });
          requests.pop();
        }
      }
      return woken;
    },
  },
  async run({ start, own, claim, step, log }) {
    const name = own("posix-mq");
    using queue = createPosixQueue(name, { maxMessages: 8, messageBytes: 64 });
    const pipe = pipe2();
    if (typeof pipe === "number") throw new Error(`pipe2: errno ${-pipe}`);
    const [readEnd, writeEnd] = pipe;
    step("The waiter sleeps in poll(2) on two things. First the pipe has something, then the queue.");
    const waiter = start("waiter", { fds: { pipe: readEnd }, args: { queue: name } });
    await waiter.asleep({ in: "poll" });
    log.call("write", "pipe", () => write(writeEnd, Buffer.from("x")));
    await waiter.said("woke");
    await waiter.asleep({ in: "poll" });
    mqSend(log, queue, 0, "hello");
    const woken = await waiter.result<string[]>();
    close(readEnd);
    close(writeEnd);
    claim(
      "posix",
      !woken.includes("queue: hello") || !woken.includes("pipe"),
      `one poll() woke up for ${woken.join(", then for ")}`,
    );

    step("A System V queue: what is there to wait for?");
    const before = openDescriptors(process.pid)?.length ?? 0;
    const other = createSysvQueue(Number(own("sysv-msg")));
    const opened = (openDescriptors(process.pid)?.length ?? 0) - before;
    log.event("msgget", {
      object: other.name,
      note: `An id in a table of the kernel; ${opened} descriptors were opened.`,
    });
    claim(
      "sysv",
      opened === 0,
      `making and opening one opened ${opened} descriptors, so there is nothing to give to poll()`,
    );
  },
});
