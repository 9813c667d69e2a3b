import { pipeline } from "node:stream/promises";
import { openWriteEndWithin } from "@ipc-playground/fifos";
import { type Request, replyTo } from "./requests.ts";

/** Answer each request through the FIFO of its client, whatever the other clients do. */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  const answers: Promise<boolean>[] = [];
  // Not awaited here: the next request must not wait for this client.
  for await (const request of requests) answers.push(answer(request, patienceMs));
  return (await Promise.all(answers)).filter(Boolean).length;
}

/** Whether the client took its reply. */
async function answer(request: Request, patienceMs: number): Promise<boolean> {
  try {
    // Opened without sleeping, and written by the event loop: a client that does not come, and one
    // that does not read, cost a timer and a buffer, and no thread.
    const reply = await openWriteEndWithin(request.replyPath, patienceMs);
    await pipeline([replyTo(request)], reply.toStream());
    return true;
  } catch {
    // It never came, it has removed its FIFO, or it left in the middle: its loss, and nobody else's.
    return false;
  }
}
