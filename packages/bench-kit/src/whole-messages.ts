/** Takes one whole message. The bytes are good until the partner sends its next one. */
export type Deliver = (message: Uint8Array) => void;

/**
 * Cut a stream of bytes into messages of `size` bytes: give the result to `on("data")`.
 * A message that came in one chunk is delivered in place, one that was split is put together.
 */
export function wholeMessages(size: number, deliver: Deliver): (chunk: Buffer) => void {
  const pending = Buffer.alloc(size);
  let have = 0;
  return (chunk) => {
    let at = 0;
    if (have > 0) {
      at = chunk.copy(pending, have, 0, size - have);
      have += at;
      if (have < size) return;
      have = 0;
      deliver(pending);
    }
    for (; chunk.length - at >= size; at += size) {
      deliver(new Uint8Array(chunk.buffer, chunk.byteOffset + at, size));
    }
    have = chunk.copy(pending, 0, at);
  };
}
