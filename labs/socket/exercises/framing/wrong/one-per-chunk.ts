import { HEADER_BYTES, MAX_BYTES } from "../message.ts";

/** Puts cut messages together; but looks for one message only each time something comes. */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = Buffer.concat([pending, chunk]);
    if (pending.length < HEADER_BYTES) continue;
    const length = pending.readUInt32BE(0);
    if (length > MAX_BYTES) throw new Error("too long");
    if (pending.length < HEADER_BYTES + length) continue;
    yield pending.toString("utf8", HEADER_BYTES, HEADER_BYTES + length);
    pending = pending.subarray(HEADER_BYTES + length);
  }
  if (pending.length > 0) throw new Error("the stream ended inside a message");
}
