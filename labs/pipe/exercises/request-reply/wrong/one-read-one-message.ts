import { pipeline } from "node:stream/promises";
import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed } from "../messages.ts";

/** Cannot deadlock, and takes whatever one read brings for one message. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  const sent = pipeline(requests.map(framed), output.toStream());
  const replies: Uint8Array[] = [];
  for await (const chunk of input.toStream()) {
    replies.push((chunk as Buffer).subarray(4));
    if (replies.length === requests.length) break;
  }
  await sent;
  return replies;
}
