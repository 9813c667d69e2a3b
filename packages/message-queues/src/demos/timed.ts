import { defineDemo } from "@ipc-playground/lab-kit";
import { createPosixQueue, openPosixQueue } from "@ipc-playground/message-queues";
import { mqReceive, mqSend, textOf } from "./telling.ts";

const PATIENCE_MS = 30;

export default defineDemo({
  name: "timed",
  title: "POSIX: wait, but not for ever",
  claims: {
    gaveUp: {
      says: "A receive with a deadline fails with ETIMEDOUT when nothing came, and a send when nothing left.",
      expect: "holds",
      source: "mq_receive(3), mq_send(3): mq_timedreceive, mq_timedsend",
    },
    late: {
      says: "What a sender gave up to send may still arrive later.",
      expect: "refuted",
      source: "mq_send(3): nothing was put in",
    },
    past: {
      says: "With a deadline that has passed already, the call fails in any case.",
      expect: "refuted",
      source: "mq_receive(3): not if it can be done without waiting",
    },
  },
  predict: {
    question:
      "mq_timedreceive() is called with a deadline in the past, and a message is there. What happens?",
    choices: ["ETIMEDOUT", "It gets the message", "EINVAL"],
    answer: 1,
    because: "The deadline is about waiting. Whoever need not wait is not late.",
  },
  processes: {
    /** Waits for a message that does not come, then takes one that is there with a deadline in the past. */
    receiver({ text, log }) {
      using empty = openPosixQueue(text("empty"));
      using full = openPosixQueue(text("full"));
      const nothing = mqReceive(log, empty, { withinMs: PATIENCE_MS });
      const there = mqReceive(log, full, { withinMs: -PATIENCE_MS });
      return { nothing: nothing.kind, there: there.kind === "message" ? textOf(there) : there.kind };
    },
    sender({ text, log }) {
      using full = openPosixQueue(text("full"));
      return mqSend(log, full, 0, "too late", { withinMs: PATIENCE_MS }).kind;
    },
  },
  async run({ start, own, claim, step, log }) {
    const names = { empty: own("posix-mq"), full: own("posix-mq") };
    using _empty = createPosixQueue(names.empty, { maxMessages: 1, messageBytes: 64 });
    using full = createPosixQueue(names.full, { maxMessages: 1, messageBytes: 64 });
    mqSend(log, full, 0, "first");
    step(`A queue that is full, and a sender with ${PATIENCE_MS} ms of patience.`);
    const sent = await start("sender", { args: names }).result<string>();
    step("A queue that is empty, a receiver with as much; and one with none, where a message is there.");
    const { nothing, there } = await start("receiver", { args: names }).result<{
      nothing: string;
      there: string;
    }>();
    claim(
      "gaveUp",
      sent === "timed-out" && nothing === "timed-out",
      `the send: ${sent}; the receive: ${nothing}`,
    );
    claim("past", there !== "first", `with a deadline ${PATIENCE_MS} ms ago it got "${there}"`);
    const after = mqReceive(log, full, { withinMs: 0 });
    claim(
      "late",
      after.kind === "message",
      `when there was room again, the queue stayed ${after.kind === "message" ? "not " : ""}empty`,
    );
  },
});
