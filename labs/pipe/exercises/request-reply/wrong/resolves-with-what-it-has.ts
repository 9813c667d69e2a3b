import { pipeline } from "node:stream/promises";
import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed, takeMessage } from "../messages.ts";

/** Takes end-of-file for "that was all": a server that died looks like one that had little to say. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  pipeline(requests.map(framed), output.toStream()).catch(() => {});
  const replies: Uint8Array[] = [];
  let bytes: Uint8Array = new Uint8Array();
  for await (const chunk of input.toStream()) {
    bytes = Buffer.concat([bytes, chunk]);
    for (let taken = takeMessage(bytes); taken.kind === "message"; taken = takeMessage(bytes)) {
      replies.push(taken.message);
      bytes = taken.rest;
    }
  }
  return replies;
}
