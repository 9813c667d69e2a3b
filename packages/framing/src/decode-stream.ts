import { Transform, type TransformCallback } from "node:stream";
import type { Codec, Decoder } from "./codec.ts";

/**
 * A Node Transform from bytes to frames: `socket.pipe(decodeStream(codec))`. A Node stream takes much
 * longer for a frame than the decoder does: where that counts, use `frames()`.
 *
 * @throws {IpcError} as the stream's `error`: FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
 */
export function decodeStream<Out>(codec: Pick<Codec<never, Out>, "decoder">): Transform {
  const decoder: Decoder<Out> = codec.decoder();
  const giveAll = (stream: Transform, work: () => void, done: TransformCallback) => {
    try {
      work();
      for (let frame = decoder.next(); frame !== null; frame = decoder.next()) stream.push(frame);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  return new Transform({
    readableObjectMode: true,
    transform(chunk: Uint8Array, _encoding, done) {
      giveAll(this, () => decoder.push(chunk), done);
    },
    flush(done) {
      giveAll(this, () => decoder.end(), done);
    },
  });
}
