import { pipeline } from "node:stream/promises";
import type { ReadEnd, WriteEnd } from "@ipc-playground/pipes";
import { framed, takeMessage } from "../messages.ts";

/** Reads as many bytes as it has written: right for a server that only echoes. */
export async function exchange(
  requests: readonly Uint8Array[],
  output: WriteEnd,
  input: ReadEnd,
): Promise<Uint8Array[]> {
  const frames = requests.map(framed);
  const due = Buffer.concat(frames).length;
  pipeline(frames, output.toStream()).catch(() => {});
  const chunks: Buffer[] = [];
  for await (const chunk of input.toStream()) {
    chunks.push(chunk);
    if (Buffer.concat(chunks).length >= due) break;
  }
  let bytes: Uint8Array = Buffer.concat(chunks).subarray(0, due);
  if (bytes.length < due) throw new Error("the server left");
  const replies: Uint8Array[] = [];
  for (let taken = takeMessage(bytes); taken.kind === "message"; taken = takeMessage(bytes)) {
    replies.push(taken.message);
    bytes = taken.rest;
  }
  return replies;
}
