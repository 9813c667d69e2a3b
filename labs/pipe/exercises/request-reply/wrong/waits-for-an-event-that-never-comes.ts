import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed, takeMessage } from "../messages.ts";

/** Listens for bytes and not for the end of them: the promise is still open when nothing can come any more. */
export function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  return new Promise((resolve) => {
    output
      .toStream()
      .on("error", () => {})
      .end(Buffer.concat(requests.map(framed)));
    const replies: Uint8Array[] = [];
    let bytes: Uint8Array = new Uint8Array();
    input.toStream().on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let taken = takeMessage(bytes); taken.kind === "message"; taken = takeMessage(bytes)) {
        replies.push(taken.message);
        bytes = taken.rest;
      }
      if (replies.length === requests.length) resolve(replies);
    });
  });
}
