import { openWriteEndWithin } from "@ipc-playground/fifos";
import { type Request, replyTo } from "../requests.ts";

/** Waits for each client with a deadline, and everybody behind it waits too. */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  let answered = 0;
  for await (const request of requests) {
    try {
      using reply = await openWriteEndWithin(request.replyPath, patienceMs);
      reply.writeFully(replyTo(request));
      answered++;
    } catch {}
  }
  return answered;
}
