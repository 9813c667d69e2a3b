import type { SysvQueue } from "@ipc-playground/message-queues";

/** No client's pid is 1, so questions and answers never mix. */
const QUESTION = 1;
/** In front of a question: the pid of who asks, 4 bytes. None at all means stop. */
const ASKER_BYTES = 4;

/** Ask a question through a queue that many clients and servers share. Returns the answer to it. */
export function ask(queue: SysvQueue, question: string): string {
  const asker = Buffer.alloc(ASKER_BYTES);
  asker.writeUInt32LE(process.pid);
  queue.send(QUESTION, Buffer.concat([asker, Buffer.from(question)]));
  const answer = queue.receive({ type: process.pid });
  return answer.kind === "message" ? Buffer.from(answer.bytes).toString() : "";
}

/** Answer questions until told to stop. Returns how many were answered. */
export function serve(queue: SysvQueue, answerTo: (question: string) => string): number {
  for (let answered = 0; ; answered++) {
    const question = queue.receive({ type: QUESTION });
    if (question.kind !== "message" || question.bytes.length < ASKER_BYTES) return answered;
    const bytes = Buffer.from(question.bytes);
    const answer = answerTo(bytes.toString("utf8", ASKER_BYTES));
    queue.send(bytes.readUInt32LE(0), Buffer.from(answer));
  }
}

/** Tell one server to stop, when it has answered what was asked before. */
export function stop(queue: SysvQueue): void {
  // Of the same type as questions, so that it comes after those that are there.
  queue.send(QUESTION, new Uint8Array());
}
