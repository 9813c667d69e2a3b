import { HEADER_BYTES, MAX_BYTES } from "../message.ts";

/** Refuses what is too long when it is there; until then it keeps all that comes. */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const length = pending.readUInt32BE(0);
      if (pending.length < HEADER_BYTES + length) break;
      if (length > MAX_BYTES) throw new Error("too long");
      yield pending.toString("utf8", HEADER_BYTES, HEADER_BYTES + length);
      pending = pending.subarray(HEADER_BYTES + length);
    }
  }
  if (pending.length > 0) throw new Error("the stream ended inside a message");
}
