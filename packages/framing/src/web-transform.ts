import type { Codec } from "./codec.ts";

/**
 * A WHATWG TransformStream from bytes to frames: `readable.pipeThrough(webTransform(lines()))`. Works
 * in a browser, and in Node. An error takes frames along that nobody has read yet: see `frames()`.
 *
 * @throws {IpcError} into the stream: FRAME_CUT, FRAME_TOO_LONG, BAD_FRAME, BAD_TEXT
 */
export function webTransform<Out>(
  codec: Pick<Codec<never, Out>, "decoder">,
): TransformStream<Uint8Array, Out> {
  const decoder = codec.decoder();
  const giveAll = (controller: TransformStreamDefaultController<Out>) => {
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) controller.enqueue(frame);
  };
  return new TransformStream({
    transform(chunk, controller) {
      decoder.push(chunk);
      giveAll(controller);
    },
    flush(controller) {
      decoder.end();
      giveAll(controller);
    },
  });
}
