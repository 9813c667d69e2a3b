import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, SysvQueue, type SysvReceiveOptions } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd, textOf } from "./telling.ts";

const SENT: readonly (readonly [type: number, text: string])[] = [
  [4, "mail"],
  [2, "print A"],
  [3, "scan"],
  [2, "print B"],
];

const ASKED: readonly SysvReceiveOptions[] = [
  { type: 2 },
  { type: -3 },
  { type: 4, except: true },
  { type: 0 },
];

export default defineDemo({
  name: "types",
  title: "A receiver chooses: by type 0, +n, -n, and not n",
  claims: {
    order: {
      says: "Messages leave a System V queue in the order in which they came.",
      expect: "refuted",
      source: "msgrcv(2): only for type 0",
    },
    lowest: {
      says: "msgrcv with type -n takes the oldest message whose type is at most n.",
      expect: "refuted",
      source: "msgrcv(2): of the lowest such type",
    },
    copy: {
      says: "To see what is in a message, a process has to take it out.",
      expect: "refuted",
      source: "msgrcv(2), MSG_COPY, since Linux 3.8",
    },
  },
  predict: {
    question:
      'In the queue, oldest first: 4 "mail", 3 "scan", 2 "print B". Somebody asks for type -3. What comes?',
    choices: ['"mail", the oldest', '"scan", the oldest of type 3 or less', '"print B", of the lowest type'],
    answer: 2,
    because:
      "A negative type makes types priorities, 1 the most urgent: the lowest type in the queue, up to the limit, comes first.",
  },
  processes: {
    sender({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      for (const [type, text] of SENT) msgsnd(log, queue, type, text);
    },
    receiver({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      return ASKED.map((asked) => {
        const got = msgrcv(log, queue, { ...asked, noWait: true });
        return got.kind === "message" ? textOf(got) : got.kind;
      });
    },
  },
  async run({ start, own, claim, unavailable, step, log }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    step("Four messages of types 4, 2, 3, 2.");
    await start("sender", { args: { queue: queue.id } }).result();

    try {
      const peeked = log.call(
        "msgrcv MSG_COPY",
        queue.name,
        () => queue.peek(2),
        "Place 2, counted from 0: a copy.",
        (seen) => (seen.kind === "message" ? { result: `type ${seen.type} "${textOf(seen)}"` } : {}),
      );
      const { messages } = queue.stat();
      const seen = peeked.kind === "message" ? textOf(peeked) : peeked.kind;
      claim(
        "copy",
        messages !== SENT.length || seen !== "scan",
        `saw "${seen}", and ${messages} of 4 messages are in the queue`,
      );
    } catch (error) {
      if (!(error instanceof IpcError)) throw error;
      unavailable("copy", error.fact);
    }

    step("The receiver asks for type 2, then -3, then anything but 4, then anything.");
    const got = await start("receiver", { args: { queue: queue.id } }).result<string[]>();
    claim(
      "order",
      got.join() === SENT.map(([, text]) => text).join(),
      `sent ${SENT.map(([, text]) => text).join(", ")}; got ${got.join(", ")}`,
    );
    claim("lowest", got[1] === "scan", `"scan" (type 3) was older, and "${got[1]}" (type 2) came`);
  },
});
