import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed } from "../messages.ts";

/** Keeps messages apart, and writes them all before it reads: two full pipes, two sleepers. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  for (const request of requests) output.writeFully(framed(request));
  output.close();
  return requests.map(() => {
    const header = new Uint8Array(4);
    if (input.readFully(header) < header.length) throw new Error("the server left");
    const reply = new Uint8Array(new DataView(header.buffer).getUint32(0));
    input.readFully(reply);
    return reply;
  });
}
