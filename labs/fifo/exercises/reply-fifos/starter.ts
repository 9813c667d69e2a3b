import { openWriteEnd } from "@ipc-playground/fifos";
import { type Request, replyTo } from "./requests.ts";

/**
 * Answer each request: write `replyTo(request)` into the FIFO `request.replyPath`, and close it.
 *
 * Clients are not to be trusted. One opens its FIFO late, one never, one has removed it, one opens it
 * and does not read. None of them may hold up another: a client is given up `patienceMs` milliseconds
 * after its request if it has not opened its FIFO by then.
 *
 * Resolves when `requests` has ended and every client was answered or given up, with the number of
 * those who were answered. Never rejects because of a client.
 */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  void patienceMs;
  let answered = 0;
  for await (const request of requests) {
    using reply = openWriteEnd(request.replyPath);
    reply.writeFully(replyTo(request));
    answered++;
  }
  return answered;
}
