import { HEADER_BYTES, MAX_BYTES } from "./message.ts";

/**
 * The messages of a stream of bytes, whole and in order, however the stream is cut into chunks. Throws
 * when a message would be longer than MAX_BYTES, and when the stream ends inside a message.
 */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = Buffer.concat([pending, chunk]);
    // A loop: a chunk may hold many messages, and the end of one that began long ago.
    while (pending.length >= HEADER_BYTES) {
      const length = pending.readUInt32BE(0);
      // Before waiting for its bytes: a header may claim 4 GiB.
      if (length > MAX_BYTES) throw new Error(`a message of ${length} bytes; ${MAX_BYTES} are allowed`);
      const end = HEADER_BYTES + length;
      if (pending.length < end) break;
      // Text is made of whole messages only: a chunk may end inside a letter.
      yield pending.toString("utf8", HEADER_BYTES, end);
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0)
    throw new Error(`the stream ended inside a message, ${pending.length} bytes into it`);
}
