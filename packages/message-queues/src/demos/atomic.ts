import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";

const SENDERS = 2;
const RECEIVERS = 2;
const MESSAGES = 400;
/** Lengths of messages, in bytes: up to the most that one may have. */
const MOST_BYTES = 8_000;
const WORK = 1;
const STOP = 2;

export default defineDemo({
  name: "atomic",
  title: "A message stays whole, whoever races",
  claims: {
    whole: {
      says: "One send is atomic: no message is mixed with another's bytes, and none comes in parts.",
      expect: "holds",
      source: "sysvipc(7), msgsnd(2)",
    },
    once: {
      says: "Each message is received exactly once, however many receivers there are.",
      expect: "holds",
      source: "msgrcv(2)",
    },
  },
  processes: {
    /** Each message is filled with one byte, and its first four bytes say how long it is. */
    sender({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      log.call(`msgsnd ×${MESSAGES}`, queue.name, () => {
        for (let i = 0; i < MESSAGES; i++) {
          const message = Buffer.alloc(4 + ((i * 37) % MOST_BYTES), number("tag"));
          message.writeUInt32LE(message.length);
          queue.send(WORK, message);
        }
      });
    },
    receiver({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      const count = log.call("msgrcv until told to stop", queue.name, () => {
        let [messages, torn] = [0, 0];
        for (;;) {
          // -2: messages of type 1 first, and only when there are none, the one that says stop.
          const got = queue.receive({ type: -STOP });
          if (got.kind !== "message" || got.type === STOP) break;
          messages++;
          const bytes = Buffer.from(got.bytes);
          const tag = bytes[4];
          if (bytes.readUInt32LE() !== bytes.length || bytes.subarray(4).some((byte) => byte !== tag)) torn++;
        }
        return { kind: `${messages} messages, ${torn} torn`, messages, torn };
      });
      return count;
    },
  },
  async run({ start, own, claim, step, until }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    step(
      `${SENDERS} senders with ${MESSAGES} messages each, of 4 to ${MOST_BYTES} bytes, and ${RECEIVERS} receivers, all at once.`,
    );
    const args = { queue: queue.id };
    const senders = Array.from({ length: SENDERS }, (_, i) =>
      start("sender", { as: `sender ${i + 1}`, args: { ...args, tag: 97 + i } }),
    );
    const receivers = Array.from({ length: RECEIVERS }, (_, i) =>
      start("receiver", { as: `receiver ${i + 1}`, args }),
    );
    for (const sender of senders) await sender.result();
    for (const _ of receivers) {
      const stop = () => queue.send(STOP, new Uint8Array(), { noWait: true }).kind === "sent";
      await until(stop, { what: "room in the queue" });
    }
    const counts: { messages: number; torn: number }[] = [];
    for (const receiver of receivers) counts.push(await receiver.result());
    const torn = counts.reduce((sum, count) => sum + count.torn, 0);
    const total = counts.reduce((sum, count) => sum + count.messages, 0);
    claim("whole", torn === 0 && total > 0, `${torn} of ${total} messages torn`);
    claim(
      "once",
      total === SENDERS * MESSAGES,
      `${SENDERS * MESSAGES} sent; the receivers got ${counts.map(({ messages }) => messages).join(" and ")}`,
    );
  },
});
