import type { SysvQueue } from "@ipc-playground/message-queues";

const STOP = 1;
const QUESTION = 2;

export function ask(queue: SysvQueue, question: string): string {
  queue.send(QUESTION, Buffer.from(`${process.pid} ${question}`));
  const answer = queue.receive({ type: process.pid });
  return answer.kind === "message" ? Buffer.from(answer.bytes).toString() : "";
}

/** -2: the lowest type first, so stop overtakes the questions that were asked before it. */
export function serve(queue: SysvQueue, answerTo: (question: string) => string): number {
  for (let answered = 0; ; answered++) {
    const question = queue.receive({ type: -QUESTION });
    if (question.kind !== "message" || question.type === STOP) return answered;
    const [asker = "", ...words] = Buffer.from(question.bytes).toString().split(" ");
    queue.send(Number(asker), Buffer.from(answerTo(words.join(" "))));
  }
}

export function stop(queue: SysvQueue): void {
  queue.send(STOP, new Uint8Array());
}
