import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, readLimit, SYSV_LIMITS, SysvQueue } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd } from "./telling.ts";

/** Bytes of the messages that fill the queue. */
const BLOCK_BYTES = 1_024;

export default defineDemo({
  name: "full",
  title: "How much a System V queue takes, and what a full one does",
  claims: {
    atOnce: {
      says: "Sending returns at once: the queue decouples sender and receiver.",
      expect: "refuted",
      source: "msgsnd(2): it blocks while the queue is full",
    },
    largest: {
      says: "The largest message has 8 KiB.",
      expect: "holds",
      source: "msgget(2): MSGMAX, /proc/sys/kernel/msgmax",
    },
    capacity: {
      says: "A queue holds 16 to 64 KiB.",
      expect: "holds",
      source: "msgget(2): MSGMNB, /proc/sys/kernel/msgmnb, 16384 on Linux",
    },
    empty: {
      says: "Messages without bytes take no room: a queue takes as many as you like.",
      expect: "refuted",
      source: "msgsnd(2): no more messages than msg_qbytes",
    },
  },
  predict: {
    question: "A queue is full. What does the next msgsnd() do, without IPC_NOWAIT?",
    choices: [
      "It returns at once; the kernel keeps the message aside",
      "It sleeps until there is room",
      "It overwrites the oldest message",
    ],
    answer: 1,
    because:
      "The queue has a limit, so a sender that is faster than its receiver is slowed down to it: backpressure.",
  },
  processes: {
    sender({ number, log }) {
      msgsnd(log, new SysvQueue(number("queue")), 1, "late");
    },
    receiver({ number, log }) {
      msgrcv(log, new SysvQueue(number("queue")));
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    step("Fill it without waiting (IPC_NOWAIT), and see what it took.");
    const block = Buffer.from("0".repeat(BLOCK_BYTES));
    const blocks = fill(queue, block);
    const { bytes } = queue.stat();
    log.event("msgsnd IPC_NOWAIT", {
      object: queue.name,
      result: `${blocks} × ${BLOCK_BYTES} B, then EAGAIN`,
    });

    step("It is full. A sender comes that is willing to wait, and then a receiver.");
    const sender = start("sender", { args: { queue: queue.id } });
    await sender.asleep({ in: "msgsnd" });
    const [slept, where] = [sender.running, sender.whereabouts()];
    await start("receiver", { args: { queue: queue.id } }).result();
    await sender.result();
    claim("atOnce", !slept, `the sender was ${where}, until a message was taken`);

    judge(
      "capacity",
      SYSV_LIMITS.queueBytes,
      16_384,
      bytes >= 16_384 && bytes <= 65_536,
      `it took ${bytes} bytes`,
    );
    queue.remove();

    const other = createSysvQueue(Number(own("sysv-msg")));
    const [most, over] = [8_192, 8_193].map((size) => taken(other, size));
    const seen = `8192 bytes: ${most ? "taken" : "refused"}; 8193 bytes: ${over ? "taken" : "refused"}`;
    judge("largest", SYSV_LIMITS.messageBytes, 8_192, most === true && over === false, seen);
    while (other.receive({ noWait: true }).kind === "message");
    const count = fill(other, Buffer.alloc(0));
    claim(
      "empty",
      count > other.stat().maxBytes,
      `${count} messages of no bytes, then EAGAIN: as many as bytes`,
    );

    /** Only where the administrator left the limit alone can its usual value be put to the test. */
    function judge(
      name: "capacity" | "largest",
      limit: (typeof SYSV_LIMITS)[keyof typeof SYSV_LIMITS],
      usual: number,
      bornOut: boolean,
      evidence: string,
    ): void {
      const set = readLimit(limit);
      if (set === usual) claim(name, bornOut, evidence);
      else unavailable(name, `${limit.file} was set to ${set} here; it is ${usual} by default`);
    }
  },
});

/** How many of these it takes. */
function fill(queue: SysvQueue, message: Uint8Array): number {
  let count = 0;
  while (queue.send(1, message, { noWait: true }).kind === "sent") count++;
  return count;
}

function taken(queue: SysvQueue, bytes: number): boolean {
  try {
    return queue.send(1, new Uint8Array(bytes), { noWait: true }).kind === "sent";
  } catch {
    return false;
  }
}
