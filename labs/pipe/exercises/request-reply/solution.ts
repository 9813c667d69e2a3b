import { pipeline } from "node:stream/promises";
import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed, takeMessage } from "./messages.ts";

/** Send every request to a server, and resolve with its replies, in the order of the requests. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  // Both at once: while one pipe is full we empty the other, so the server can always go on, and
  // then so can we. The event loop waits for whichever is ready, as poll(2) would.
  const [replies] = await Promise.all([receive(requests.length, input), send(requests, output)]);
  return replies;
}

/** Write as fast as the server reads, and then let it see end-of-file. */
async function send(requests: readonly Uint8Array[], output: WriteEnd): Promise<void> {
  await pipeline(requests.map(framed), output.toStream());
}

/** One read may bring half a message, or three: collect bytes, and take whole messages off the front. */
async function receive(count: number, input: ReadEnd): Promise<Uint8Array[]> {
  const replies: Uint8Array[] = [];
  let bytes: Uint8Array = new Uint8Array();
  for await (const chunk of input.toStream()) {
    bytes = Buffer.concat([bytes, chunk]);
    for (let taken = takeMessage(bytes); taken.kind === "message"; taken = takeMessage(bytes)) {
      replies.push(taken.message);
      bytes = taken.rest;
    }
    if (replies.length === count) return replies;
  }
  throw new Error(`the server left after ${replies.length} of ${count} replies`);
}
