import type { SysvQueue } from "@ipc-playground/message-queues";

const QUESTION = 1;

/** As some notes have it: the reply to type n has type -n. */
export function ask(queue: SysvQueue, question: string): string {
  queue.send(QUESTION, Buffer.from(`${process.pid} ${question}`));
  const answer = queue.receive({ type: -process.pid });
  return answer.kind === "message" ? Buffer.from(answer.bytes).toString() : "";
}

export function serve(queue: SysvQueue, answerTo: (question: string) => string): number {
  for (let answered = 0; ; answered++) {
    const question = queue.receive({ type: QUESTION });
    if (question.kind !== "message") return answered;
    const [asker = "", ...words] = Buffer.from(question.bytes).toString().split(" ");
    if (asker === "stop") return answered;
    queue.send(-Number(asker), Buffer.from(answerTo(words.join(" "))));
  }
}

export function stop(queue: SysvQueue): void {
  queue.send(QUESTION, Buffer.from("stop"));
}
