import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed } from "./messages.ts";

/**
 * Send every request to a server, and resolve with its replies: one for each request, in the order
 * of the requests. A message travels as `framed()` of messages.ts makes it, in both directions.
 *
 * The server reads and writes as it likes, in blocking calls. It may answer each request at once or
 * read several first; a reply may be longer than its request. Whatever it does, and however much
 * there is to send, this must not deadlock.
 *
 * Takes over both ends. Rejects if the server has closed its end before every reply was there.
 */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  for (const request of requests) output.writeFully(framed(request));
  output.close();

  const replies: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  while (replies.length < requests.length) {
    const result = input.read(buffer);
    if (result.kind !== "bytes") throw new Error("the server left before it had answered");
    replies.push(buffer.slice(4, result.bytes)); // without the length in front
  }
  input.close();
  return replies;
}
