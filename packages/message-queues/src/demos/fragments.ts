import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { Assembler, createPosixQueue, openPosixQueue, splitMessage } from "@ipc-playground/message-queues";

/** Short, so that the picture shows every part; the queue's limit plays the part of 8 KiB. */
const PART_BYTES = 64;
const MESSAGE_BYTES = 130;
const PATIENCE_MS = 100;

export default defineDemo({
  name: "fragments",
  title: "A message over the limit: cut up, and put together again",
  claims: {
    kernel: {
      says: "A message over the limit is cut up by the kernel, as a network would do it.",
      expect: "refuted",
      source: "mq_send(3): EMSGSIZE; msgsnd(2): EINVAL",
    },
    interleaved: {
      says: "Parts of several senders mix in the queue; who, which and how many in each part put them in order again.",
      expect: "holds",
      source: "fragments.ts: the header of a part",
    },
    lost: {
      says: "A receiver cannot know that a message will never be complete.",
      expect: "refuted",
      source: "fragments.ts: patience, and a report",
    },
  },
  predict: {
    question: "A sender has put 2 of 3 parts into the queue when it is killed. What should the receiver do?",
    choices: ["Wait for the third", "Deliver what there is", "Give it up after a while, and say so"],
    answer: 2,
    because:
      "Waiting for ever keeps memory for ever, and half a message is worse than none. No queue tells that a sender is gone.",
  },
  processes: {
    /** Sends one long message, a part each time the director lets it. */
    sender({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      using turns = openPosixQueue(text("turns"));
      const message = Buffer.alloc(MESSAGE_BYTES, text("letter"));
      const parts = splitMessage(message, PART_BYTES, { sender: process.pid, message: 1 });
      for (const [i, part] of parts.entries()) {
        log.call(
          "mq_receive",
          turns.name,
          () => turns.receive(),
          undefined,
          () => ({ result: "its turn" }),
        );
        log.call(
          "mq_send",
          queue.name,
          () => queue.send(part),
          undefined,
          () => ({
            result: `${text("letter")} ${i + 1}/${parts.length}`,
            flow: [`${text("letter")} ${i}`],
          }),
        );
      }
    },
    async receiver({ text, log }) {
      using queue = openPosixQueue(text("queue"));
      const assembler = new Assembler({ patienceMs: PATIENCE_MS });
      const whole: string[] = [];
      for (;;) {
        const got = log.call(
          "mq_receive",
          queue.name,
          () => queue.receive({ withinMs: PATIENCE_MS }),
          undefined,
          (got) => {
            if (got.kind !== "message") return { errno: "ETIMEDOUT" };
            const [index, letter] = [got.bytes[8], String.fromCharCode(got.bytes[16] as number)];
            return { result: `${letter} ${(index ?? 0) + 1}/3`, flow: [`${letter} ${index}`] };
          },
        );
        if (got.kind === "message") {
          const result = assembler.accept(got.bytes, performance.now());
          if (result.kind !== "message") continue;
          const letters = new Set(Buffer.from(result.bytes).toString());
          whole.push(`${result.bytes.length} B of ${[...letters].join("")}`);
          log.event("whole", { result: whole.at(-1) as string });
        }
        const lost = assembler.dropLate(performance.now());
        if (lost.length === 0) continue;
        for (const { sender, partsHave, partsDue } of lost)
          log.event("given up", { result: `${partsHave} of ${partsDue} parts from pid ${sender}` });
        return { whole, lost };
      }
    },
  },
  async run({ start, own, claim, step, log, until }) {
    const name = own("posix-mq");
    using queue = createPosixQueue(name, { maxMessages: 8, messageBytes: PART_BYTES });
    const errno = log.call("mq_send", queue.name, () =>
      refusal(() => queue.send(new Uint8Array(MESSAGE_BYTES))),
    );
    claim(
      "kernel",
      errno === "nothing",
      `${MESSAGE_BYTES} bytes, where the queue allows ${PART_BYTES}: ${errno}`,
    );

    step("Three senders, a part each in turn. The third is killed after its second part.");
    const turns = Array.from({ length: 3 }, () => own("posix-mq"));
    const gates = turns.map((gate) => createPosixQueue(gate, { maxMessages: 8, messageBytes: 8 }));
    const senders = ["a", "b", "c"].map((letter, i) =>
      start("sender", {
        as: `sender ${letter}`,
        args: { queue: name, turns: turns[i] as string, letter },
      }),
    );
    for (let round = 0, parts = 0; round < 3; round++) {
      for (const [i, gate] of gates.entries()) {
        if (round === 2 && i === 2) continue;
        gate.send(Buffer.from("!"), { withinMs: 0 });
        parts++;
        await until(() => queue.attributes().currentMessages === parts, {
          what: `part ${parts} to be in the queue`,
        });
      }
    }
    for (const gate of gates) gate.close();
    const third = senders[2] as (typeof senders)[number];
    await third.asleep({ in: "mq_receive" });
    third.kill("SIGKILL");
    await third.exited();

    step("All parts that there will be are in the queue, mixed. The receiver comes.");
    const { whole, lost } = await start("receiver", { args: { queue: name } }).result<{
      whole: string[];
      lost: { sender: number; partsHave: number; partsDue: number }[];
    }>();
    claim(
      "interleaved",
      whole.join() === `${MESSAGE_BYTES} B of a,${MESSAGE_BYTES} B of b`,
      `came out whole: ${whole.join(" and ")}`,
    );
    claim(
      "lost",
      lost.length === 0,
      lost
        .map(
          ({ sender, partsHave, partsDue }) =>
            `${partsHave} of ${partsDue} parts from pid ${sender} were given up after ${PATIENCE_MS} ms`,
        )
        .join() || "nothing was given up",
    );
  },
});

function refusal(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    return (error instanceof IpcError && error.errno) || String(error);
  }
}
