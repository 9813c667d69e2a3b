import { defineDemo } from "@ipc-playground/lab-kit";
import { createPosixQueue, openPosixQueue } from "@ipc-playground/message-queues";
import { mqReceive, mqSend, textOf } from "./telling.ts";

const SENT: readonly (readonly [priority: number, text: string])[] = [
  [1, "backup"],
  [5, "print A"],
  [9, "alarm"],
  [5, "print B"],
];
const ROUNDS = 50;

export default defineDemo({
  name: "priorities",
  title: "POSIX: the most urgent message first",
  claims: {
    highest: {
      says: "The message of the highest priority leaves first.",
      expect: "holds",
      source: "mq_overview(7), mq_receive(3)",
    },
    fifo: {
      says: "Messages of equal priority leave in the order in which they came.",
      expect: "holds",
      source: "mq_send(3)",
    },
    turn: {
      says: "A message of low priority gets its turn in the end.",
      expect: "refuted",
      source: "mq_receive(3): always the highest; nothing ages",
    },
  },
  predict: {
    question:
      "System V: 1 is the most urgent type for msgrcv(-n). POSIX: which priority leaves first, 1 or 9?",
    choices: ["1", "9", "Whichever came first"],
    answer: 1,
    because: "POSIX sorts by priority itself, highest first. A receiver cannot choose.",
  },
  processes: {
    sender({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      for (const [priority, message] of SENT) mqSend(log, queue, priority, message);
    },
    receiver({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      const got: string[] = [];
      for (;;) {
        const message = mqReceive(log, queue, { withinMs: 0 });
        if (message.kind !== "message") return got;
        got.push(textOf(message));
      }
    },
    /** Takes messages as long as there are urgent ones; each time a new urgent one has come by then. */
    busy({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      queue.send(Buffer.from("low"), { priority: 0 });
      return log.call("mq_receive and mq_send", queue.name, () => {
        let low = 0;
        for (let i = 0; i < ROUNDS; i++) {
          queue.send(Buffer.from("urgent"), { priority: 1 });
          const got = queue.receive({ withinMs: 0 });
          if (got.kind === "message" && textOf(got) === "low") low++;
        }
        return {
          kind: `${ROUNDS} rounds: the low one came ${low} times`,
          low,
          left: queue.attributes().currentMessages,
        };
      });
    },
  },
  async run({ start, own, claim, step }) {
    const name = own("posix-mq");
    using _queue = createPosixQueue(name, { maxMessages: 8, messageBytes: 64 });
    step("Four messages: priorities 1, 5, 9, 5. Only then a receiver.");
    await start("sender", { args: { queue: name } }).result();
    const got = await start("receiver", { args: { queue: name } }).result<string[]>();
    const seen = `sent ${SENT.map(([priority, text]) => `${text} (${priority})`).join(", ")}; got ${got.join(", ")}`;
    claim("highest", got[0] === "alarm" && got.at(-1) === "backup", seen);
    claim(
      "fifo",
      got.indexOf("print A") >= 0 && got.indexOf("print A") < got.indexOf("print B"),
      `among equals: ${got.filter((text) => text.startsWith("print")).join(", ")}`,
    );

    step(`One message of priority 0 waits; whenever one is taken, a new one of priority 1 is there.`);
    const busy = await start("busy", { args: { queue: name } }).result<{ low: number; left: number }>();
    claim(
      "turn",
      busy.low > 0,
      `${ROUNDS} messages were taken, and the oldest one, of priority 0, is ${busy.low === 0 ? "still there" : "gone"}`,
    );
  },
});
