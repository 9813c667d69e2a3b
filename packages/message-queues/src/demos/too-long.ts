import { IpcError } from "@ipc-playground/contract";
import { defineDemo } from "@ipc-playground/lab-kit";
import { createSysvQueue, SysvQueue } from "@ipc-playground/message-queues";
import { msgrcv, msgsnd, textOf } from "./telling.ts";

const TEXT = "a long message";
const ROOM_BYTES = 6;

export default defineDemo({
  name: "too-long",
  title: "A message longer than the receiver's buffer: E2BIG, or cut",
  claims: {
    cut: {
      says: "A message that does not fit into the receiver's buffer is cut.",
      expect: "refuted",
      source: "msgrcv(2): E2BIG",
    },
    rest: {
      says: "With MSG_NOERROR it is cut, and the next receive brings the rest.",
      expect: "refuted",
      source: "msgrcv(2): the truncated part is lost",
    },
  },
  predict: {
    question: "The message has 14 bytes, the receiver room for 6. What does msgrcv() do?",
    choices: [
      "It gives 6 bytes, and 8 the next time",
      "It fails, and the message stays",
      "It gives 6 bytes, and 8 are lost",
    ],
    answer: 1,
    because: "A queue keeps messages whole. Losing a part of one has to be asked for, with MSG_NOERROR.",
  },
  processes: {
    sender({ number, log }) {
      msgsnd(log, new SysvQueue(number("queue")), 1, TEXT);
    },
    /** Tries with little room; then lets it be cut; then looks for the rest. */
    receiver({ number, log }) {
      const queue = new SysvQueue(number("queue"));
      let refused = "nothing";
      try {
        msgrcv(log, queue, { roomBytes: ROOM_BYTES });
      } catch (error) {
        refused = (error instanceof IpcError && error.errno) || String(error);
      }
      const left = queue.stat().messages;
      const cut = msgrcv(log, queue, { roomBytes: ROOM_BYTES, truncate: true });
      const next = msgrcv(log, queue, { roomBytes: 64, noWait: true });
      return { refused, left, cut: cut.kind === "message" ? textOf(cut) : cut.kind, next: next.kind };
    },
  },
  async run({ start, own, claim, step }) {
    const queue = createSysvQueue(Number(own("sysv-msg")));
    await start("sender", { args: { queue: queue.id } }).result();
    step(
      `The receiver has room for ${ROOM_BYTES} of ${TEXT.length} bytes: without MSG_NOERROR, with it, and once more.`,
    );
    const seen = await start("receiver", { args: { queue: queue.id } }).result<{
      refused: string;
      left: number;
      cut: string;
      next: string;
    }>();
    claim(
      "cut",
      seen.refused === "nothing",
      `refused with ${seen.refused}, and ${seen.left} message stays in the queue`,
    );
    claim(
      "rest",
      seen.next === "message",
      `"${seen.cut}" came; then the queue was ${seen.next === "message" ? "not " : ""}empty: "${TEXT.slice(ROOM_BYTES)}" is lost`,
    );
  },
});
