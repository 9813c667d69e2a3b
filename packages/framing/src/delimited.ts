import { IpcError } from "@ipc-playground/contract";
import type { Codec } from "./codec.ts";
import { DelimitedDecoder } from "./delimited-decoder.ts";
import { DEFAULT_MAX_LINE_BYTES, wholeNumber } from "./limits.ts";
import { indexOfBytes } from "./search.ts";
import { carve } from "./slab.ts";

export interface DelimitedOptions {
  /** The longest frame, in bytes, without its delimiter. Default: 64 KiB. */
  max?: number;
  /** What a longer frame does: ends everything, or is left out. Default: `error`. */
  onOversize?: "error" | "discard";
  /** Called once for each frame that was left out, with its length in bytes, once that is known. */
  onDiscard?: (bytes: number) => void;
  /** What bytes without a delimiter at the end are: a frame that was cut, or the last frame. Default: `error`. */
  eof?: "error" | "emit";
  /** Whether frames are copies. Default: no, they are views. */
  copy?: boolean;
}

/**
 * Frames that end with certain bytes, which no frame contains.
 *
 * @throws {IpcError} BAD_ARGUMENT: the delimiter is empty, or `max` is no whole number.
 */
export function delimited(delimiter: Uint8Array, options: DelimitedOptions = {}): Codec<Uint8Array> {
  wholeNumber("delimiter.length", delimiter.length, 1, 256);
  const { onOversize = "error", onDiscard, eof = "error", copy = false } = options;
  const max = wholeNumber("max", options.max ?? DEFAULT_MAX_LINE_BYTES, 0, Number.MAX_SAFE_INTEGER);
  const own = delimiter.slice();
  const rules = {
    delimiter: own,
    max,
    discard: onOversize === "discard",
    onDiscard,
    emitLast: eof === "emit",
    copy,
  };
  return {
    decoder: () => new DelimitedDecoder(rules),
    encode(message) {
      if (message.length > max) {
        throw new IpcError(
          "FRAME_TOO_LONG",
          `the message has ${message.length} bytes; at most ${max} fit into a frame`,
          "send it in parts, or raise `max` on both sides",
        );
      }
      const frame = carve(message.length + own.length);
      frame.set(message);
      frame.set(own, message.length);
      // Not a look at the message alone: its last bytes and the delimiter's first may make a delimiter.
      if (indexOfBytes(frame, own) === message.length) return [frame];
      throw new IpcError(
        "BAD_ARGUMENT",
        "the message has the delimiter in it, and would arrive in pieces",
        "use lengthPrefixed(), which carries any bytes",
      );
    },
  };
}
