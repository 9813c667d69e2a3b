import { defineDemo } from "@ipc-playground/lab-kit";
import { createPosixQueue, createSysvQueue, openPosixQueue, SysvQueue } from "@ipc-playground/message-queues";
import { mqReceive, mqSend, msgrcv, msgsnd } from "./telling.ts";

export default defineDemo({
  name: "killed",
  title: "The receiver dies with a message in its hands",
  claims: {
    back: {
      says: "When a receiver dies before it has done its work, the message goes back into the queue.",
      expect: "refuted",
      source: "msgrcv(2), mq_receive(3): received is gone",
    },
    waiting: {
      says: "A receiver that is killed while it waits takes nothing along.",
      expect: "holds",
      source: "msgrcv(2), mq_receive(3)",
    },
  },
  predict: {
    question: "A worker takes a job out of a queue, and is killed before it has done it. Who does the job?",
    choices: ["The next worker: the kernel puts the message back", "Nobody", "The sender gets an error"],
    answer: 1,
    because:
      "The kernel's part ends with receiving. Systems that must not lose a job add an acknowledgement, and send again without one.",
  },
  processes: {
    /** Takes one message from each queue; then sleeps on an empty one until it is killed. */
    worker({ text, number, log }) {
      using posix = openPosixQueue(text("posix"));
      msgrcv(log, new SysvQueue(number("sysv")));
      mqReceive(log, posix);
      log.event("works", { note: "It has one message of each queue in its hands." });
      mqReceive(log, posix);
    },
  },
  async run({ start, own, claim, step, log }) {
    const sysv = createSysvQueue(Number(own("sysv-msg")));
    const name = own("posix-mq");
    using posix = createPosixQueue(name, { maxMessages: 8, messageBytes: 64 });
    msgsnd(log, sysv, 1, "job 1");
    mqSend(log, posix, 0, "job 2");
    step("A worker takes a job from each queue, begins, and waits for another. Then: kill -9.");
    const worker = start("worker", { args: { sysv: sysv.id, posix: name } });
    await worker.said("works");
    await worker.asleep({ in: "mq_receive" });
    worker.kill("SIGKILL");
    await worker.exited();
    const left = sysv.stat().messages + posix.attributes().currentMessages;
    claim(
      "back",
      left > 0,
      `the worker is dead; ${sysv.stat().messages} and ${posix.attributes().currentMessages} messages are in the queues`,
    );

    step("It was asleep in mq_receive when it died. A message that comes now is still there for others.");
    mqSend(log, posix, 0, "job 3");
    const after = posix.attributes().currentMessages;
    claim("waiting", after === 1, `${after} message is in the queue`);
  },
});
