/**
 * Messages in a stream of bytes: 4 bytes with the length, big-endian, and then that many bytes.
 */
const HEADER_BYTES = 4;

/** The bytes that carry this message. */
export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length);
  bytes.set(message, HEADER_BYTES);
  return bytes;
}

/** `message`: the first one, and the bytes after it. `incomplete`: at least so many bytes are to come. */
export type Taken =
  | { kind: "message"; message: Uint8Array; rest: Uint8Array }
  | { kind: "incomplete"; bytesMissing: number };

/** Take the first message off the front of some bytes. */
export function takeMessage(bytes: Uint8Array): Taken {
  if (bytes.length < HEADER_BYTES) return { kind: "incomplete", bytesMissing: HEADER_BYTES - bytes.length };
  const end = HEADER_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (bytes.length < end) return { kind: "incomplete", bytesMissing: end - bytes.length };
  return { kind: "message", message: bytes.subarray(HEADER_BYTES, end), rest: bytes.subarray(end) };
}
