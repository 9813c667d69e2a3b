/** The longest text that a message may have, in bytes of UTF-8. */
export const MAX_BYTES = 65_536;

/** Bytes of the length in front of each message. */
export const HEADER_BYTES = 4;

/** A message as it travels: the number of its bytes, most significant byte first, then they. */
export function encodeMessage(text: string): Uint8Array {
  const body = Buffer.from(text);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}
