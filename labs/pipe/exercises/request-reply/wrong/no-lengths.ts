import { text } from "node:stream/consumers";
import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";

/** "One write is one message": the server cannot tell where one ends, and takes its first bytes for a length. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  const stream = output.toStream();
  for (const request of requests) stream.write(request);
  stream.end();
  return [Buffer.from(await text(input.toStream()))];
}
