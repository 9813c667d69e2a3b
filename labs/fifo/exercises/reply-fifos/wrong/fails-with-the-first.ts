import { pipeline } from "node:stream/promises";
import { openWriteEndWithin } from "@ipc-playground/fifos";
import { type Request, replyTo } from "../requests.ts";

/** One client that has removed its FIFO, and the whole server is rejected. */
export async function answerAll(requests: AsyncIterable<Request>, patienceMs: number): Promise<number> {
  const answers: Promise<void>[] = [];
  for await (const request of requests) answers.push(answer(request, patienceMs));
  await Promise.all(answers);
  return answers.length;
}

async function answer(request: Request, patienceMs: number): Promise<void> {
  const reply = await openWriteEndWithin(request.replyPath, patienceMs);
  await pipeline([replyTo(request)], reply.toStream());
}
