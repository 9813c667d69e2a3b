import type { SysvQueue } from "@ipc-playground/message-queues";

const QUESTION = 1;
const ANSWER = 2;

/** Ask a question through a queue that many clients and servers share. Returns the answer to it. */
export function ask(queue: SysvQueue, question: string): string {
  queue.send(QUESTION, Buffer.from(question));
  const answer = queue.receive({ type: ANSWER });
  return answer.kind === "message" ? Buffer.from(answer.bytes).toString() : "";
}

/** Answer questions until told to stop. Returns how many were answered. */
export function serve(queue: SysvQueue, answerTo: (question: string) => string): number {
  for (let answered = 0; ; answered++) {
    const question = queue.receive({ type: QUESTION });
    if (question.kind !== "message") return answered;
    const text = Buffer.from(question.bytes).toString();
    if (text === "stop") return answered;
    queue.send(ANSWER, Buffer.from(answerTo(text)));
  }
}

/** Tell one server to stop, when it has answered what was asked before. */
export function stop(queue: SysvQueue): void {
  queue.send(QUESTION, Buffer.from("stop"));
}
