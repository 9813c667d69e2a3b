import { HEADER_BYTES, MAX_BYTES } from "../message.ts";

/** Everything, but for a stream that is cut off: what was begun is dropped without a word. */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const length = pending.readUInt32BE(0);
      if (length > MAX_BYTES) throw new Error("too long");
      if (pending.length < HEADER_BYTES + length) break;
      yield pending.toString("utf8", HEADER_BYTES, HEADER_BYTES + length);
      pending = pending.subarray(HEADER_BYTES + length);
    }
  }
}
