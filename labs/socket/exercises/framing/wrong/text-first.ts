import { HEADER_BYTES, MAX_BYTES } from "../message.ts";

/** Cuts and glues as it should; but what it keeps is text, and half a letter is none. */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let header = Buffer.alloc(0);
  let text = "";
  let missing = -1;
  for await (const chunk of source) {
    let rest = Buffer.from(chunk);
    while (rest.length > 0 || missing === 0) {
      if (missing < 0) {
        const part = rest.subarray(0, HEADER_BYTES - header.length);
        header = Buffer.concat([header, part]);
        rest = rest.subarray(part.length);
        if (header.length < HEADER_BYTES) break;
        missing = header.readUInt32BE(0);
        header = Buffer.alloc(0);
        if (missing > MAX_BYTES) throw new Error("too long");
      }
      const part = rest.subarray(0, missing);
      text += part.toString();
      rest = rest.subarray(part.length);
      missing -= part.length;
      if (missing > 0) break;
      yield text;
      text = "";
      missing = -1;
    }
  }
  if (missing >= 0 || header.length > 0) throw new Error("the stream ended inside a message");
}
