import { Transform, type TransformCallback } from "node:stream";
import type { Codec, Decoder } from "./codec.ts";

/**
 * A Node Transform from bytes to frames: `socket.pipe(decodeStream(codec))`. A Node stream takes much
 * longer for a frame than the decoder does: where that counts, use `frames()`.
 *
 * An error destroys a Node stream with all that nobody has read yet. Where the frames before a damaged
 * one are wanted too, use `frames()` or `framed()`.
 *
 * @throws {IpcError} as the stream's `error`: FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
 */
export function decodeStream<Out>(codec: Pick<Codec<never, Out>, "decoder">): Transform {
  const decoder = codec.decoder();
  return new Transform({
    readableObjectMode: true,
    transform(chunk: Uint8Array, _encoding, done) {
      decoder.push(chunk);
      giveAll(this, decoder, done);
    },
    flush(done) {
      try {
        decoder.end();
      } catch (error) {
        done(error as Error);
        return;
      }
      giveAll(this, decoder, done);
    },
  });
}

function giveAll(stream: Transform, decoder: Decoder<unknown>, done: TransformCallback): void {
  while (!stream.destroyed) {
    let frame: unknown;
    try {
      frame = decoder.next();
    } catch (error) {
      done(error as Error);
      return;
    }
    if (frame === null) break;
    // Outside of try: what a listener throws is its own fault, and not the stream's.
    stream.push(frame);
  }
  done();
}
