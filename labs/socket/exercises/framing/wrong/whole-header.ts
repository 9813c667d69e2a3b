import { HEADER_BYTES, MAX_BYTES } from "../message.ts";

/** Remembers how much of a message is missing; but takes for granted that four bytes of length come together. */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let missing = 0;
  let body = Buffer.alloc(0);
  for await (const chunk of source) {
    let rest = Buffer.from(chunk);
    while (rest.length > 0) {
      if (missing === 0) {
        missing = rest.readUInt32BE(0);
        if (missing > MAX_BYTES) throw new Error("too long");
        rest = rest.subarray(HEADER_BYTES);
      }
      const part = rest.subarray(0, missing);
      body = Buffer.concat([body, part]);
      rest = rest.subarray(part.length);
      missing -= part.length;
      if (missing > 0) continue;
      yield body.toString();
      body = Buffer.alloc(0);
    }
  }
  if (missing > 0) throw new Error("the stream ended inside a message");
}
