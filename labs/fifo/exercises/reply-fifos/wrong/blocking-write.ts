import { openWriteEndWithin } from "@ipc-playground/fifos";
import { type Request, replyTo } from "../requests.ts";

/** Waits for nobody in open, and in write for whoever does not read. */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  const answers: Promise<boolean>[] = [];
  for await (const request of requests) answers.push(answer(request, patienceMs));
  return (await Promise.all(answers)).filter(Boolean).length;
}

async function answer(request: Request, patienceMs: number): Promise<boolean> {
  try {
    using reply = await openWriteEndWithin(request.replyPath, patienceMs);
    reply.writeFully(replyTo(request));
    return true;
  } catch {
    return false;
  }
}
