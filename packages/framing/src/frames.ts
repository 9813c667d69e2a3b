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
  const decoder: Decoder<T> = codec.decoder();
  for await (const chunk of source) {
    decoder.push(chunk);
    yield* whole(decoder);
  }
  decoder.end();
  yield* whole(decoder);
}

/** One batch of all frames that are whole, if there are any; then the error, if one came after them. */
function* whole<T>(decoder: Decoder<T>): Generator<T[], void, undefined> {
  const batch: T[] = [];
  let failure: { error: unknown } | undefined;
  try {
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) batch.push(frame);
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure.error;
}
