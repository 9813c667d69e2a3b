import type { Codec, Decoder } from "./codec.ts";

/**
 * The frames of a stream of bytes, in batches: one array for each chunk that had any. One `await` for
 * a batch, not for a frame, is what makes this fast. The next chunk is asked for when the consumer
 * asks for the next batch.
 *
 * Frames before a damaged one are given out; then the error is thrown. Leaving the loop ends the source.
 *
 * @throws {IpcError} FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
 */
export async function* frames<T>(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  codec: Pick<Codec<never, T>, "decoder">,
): AsyncGenerator<T[], void, undefined> {
  const decoder = codec.decoder();
  if (Symbol.asyncIterator in source) {
    for await (const chunk of source) {
      decoder.push(chunk);
      const { batch, failure } = whole(decoder);
      if (batch.length > 0) yield batch;
      if (failure !== undefined) throw failure.error;
    }
  } else {
    // What is at hand need not be awaited: `for await` would, for each chunk.
    for (const chunk of source) {
      decoder.push(chunk);
      const { batch, failure } = whole(decoder);
      if (batch.length > 0) yield batch;
      if (failure !== undefined) throw failure.error;
    }
  }
  const { batch, failure } = whole(decoder, () => decoder.end());
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure.error;
}

interface Whole<T> {
  batch: T[];
  /** What came after them, if that was no frame. */
  failure?: { error: unknown };
}

/** All frames that are whole. Not a generator: to delegate to one costs more than a small chunk does. */
function whole<T>(decoder: Decoder<T>, before?: () => void): Whole<T> {
  const batch: T[] = [];
  try {
    before?.();
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) batch.push(frame);
    return { batch };
  } catch (error) {
    return { batch, failure: { error } };
  }
}
