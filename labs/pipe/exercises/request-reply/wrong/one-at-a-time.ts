import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed } from "../messages.ts";

/** A request, its reply, the next request: right only for a server that never wants two at once. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  return requests.map((request) => {
    output.writeFully(framed(request));
    const header = new Uint8Array(4);
    if (input.readFully(header) < header.length) throw new Error("the server left");
    const reply = new Uint8Array(new DataView(header.buffer).getUint32(0));
    input.readFully(reply);
    return reply;
  });
}
