import type { SysvQueue } from "@ipc-playground/message-queues";

const QUESTION = 1;

/** Takes the first number that no message in the queue has. Two that look at the same time find the same. */
export function ask(queue: SysvQueue, question: string): string {
  const mine = 2 + queue.stat().messages;
  queue.send(QUESTION, Buffer.from(`${mine} ${question}`));
  const answer = queue.receive({ type: mine });
  return answer.kind === "message" ? Buffer.from(answer.bytes).toString() : "";
}

export function serve(queue: SysvQueue, answerTo: (question: string) => string): number {
  for (let answered = 0; ; answered++) {
    const question = queue.receive({ type: QUESTION });
    if (question.kind !== "message") return answered;
    const [mine = "", ...words] = Buffer.from(question.bytes).toString().split(" ");
    if (mine === "stop") return answered;
    queue.send(Number(mine), Buffer.from(answerTo(words.join(" "))));
  }
}

export function stop(queue: SysvQueue): void {
  queue.send(QUESTION, Buffer.from("stop"));
}
