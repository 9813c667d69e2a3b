import { IpcError } from "@ipc-playground/contract";
import type { Codec } from "@ipc-playground/framing";

/**
 * The codec, but a frame that cannot be decoded comes out as the error itself, once, and everything
 * behind it is thrown away. So there is still a stream on which the other side can be told why the
 * connection ends: an error that is thrown would have destroyed it.
 */
export function failureAsMessage<In, Out>(codec: Codec<In, Out>): Codec<In, Out | IpcError> {
  return {
    encode: (message) => codec.encode(message),
    decoder() {
      const inner = codec.decoder();
      let failed = false;
      return {
        get buffered() {
          return failed ? 0 : inner.buffered;
        },
        push(chunk) {
          if (!failed) inner.push(chunk);
        },
        end() {
          if (!failed) inner.end();
        },
        next() {
          if (failed) return null;
          try {
            return inner.next();
          } catch (error) {
            failed = true;
            if (error instanceof IpcError) return error;
            throw error;
          }
        },
      };
    },
  };
}
