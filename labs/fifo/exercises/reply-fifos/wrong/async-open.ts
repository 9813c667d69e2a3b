import { writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { type Request, replyTo } from "../requests.ts";

/** "Asynchronous, so it cannot block": each client that does not come takes one of four threads. */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  const answers: Promise<boolean>[] = [];
  for await (const request of requests) {
    const written = writeFile(request.replyPath, replyTo(request));
    answers.push(
      Promise.race([
        written.then(
          () => true,
          () => false,
        ),
        setTimeout(patienceMs, false, { ref: false }),
      ]),
    );
  }
  return (await Promise.all(answers)).filter(Boolean).length;
}
