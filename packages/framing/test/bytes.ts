import { IpcError } from "@ipc-playground/contract";
import type { Codec, Decoder } from "@ipc-playground/framing";

/** `hex("00 00 00 05")`, and texts in quotes: `hex("00 05 'hello'")`. */
export function hex(text: string): Uint8Array {
  const parts = [...text.matchAll(/'([^']*)'|([0-9a-f]{2})/g)].map(([, quoted, digits]) =>
    digits === undefined ? Buffer.from(quoted as string) : Buffer.from(digits, "hex"),
  );
  return new Uint8Array(Buffer.concat(parts));
}

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
export const joined = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

export function drain<T>(decoder: Decoder<T>): T[] {
  const found: T[] = [];
  for (let frame = decoder.next(); frame !== null; frame = decoder.next()) found.push(frame);
  return found;
}

/** What a codec makes of these chunks: frames (bytes as latin1 text), then the code of the error that ended it. */
export function decoded(
  codec: Pick<Codec<never, unknown>, "decoder">,
  chunks: Iterable<Uint8Array>,
): unknown[] {
  const decoder = codec.decoder();
  const found: unknown[] = [];
  const all = () => {
    for (let frame = decoder.next(); frame !== null; frame = decoder.next())
      found.push(frame instanceof Uint8Array ? text(frame) : frame);
  };
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      all();
    }
    decoder.end();
    all();
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
    found.push(error.code);
  }
  return found;
}

/** Every way to cut bytes into at most three parts; empty parts among them. */
export function* cuts(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let i = 0; i <= bytes.length; i++)
    for (let j = i; j <= bytes.length; j++)
      yield [bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)];
}

export function byteByByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Chunks of one buffer that is written over before each: what a source does that uses its memory again. */
export function* reusing(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  const buffer = new Uint8Array(4_096);
  for (const chunk of chunks) {
    buffer.fill(0xee);
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.length);
  }
}
