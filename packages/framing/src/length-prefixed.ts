import { IpcError } from "@ipc-playground/contract";
import type { Codec } from "./codec.ts";
import { type Endian, fixedHeader, type Header, noHeader, VARINT } from "./header.ts";
import { DEFAULT_MAX_BYTES, wholeNumber } from "./limits.ts";
import { PrefixDecoder } from "./prefix-decoder.ts";
import { carve } from "./slab.ts";

export interface LengthPrefixedOptions {
  /** How the length is written. Default: 4 bytes. */
  bytes?: 1 | 2 | 4 | "varint";
  /** Which byte of a length of fixed size comes first. Default: `big`, the network's order. */
  endian?: Endian;
  /** The longest frame, in bytes, without its header. Default: 1 MiB, or what the header can say. */
  max?: number;
  /** Whether the length counts its own bytes. Default: no. */
  lengthIncludesHeader?: boolean;
  /**
   * Whether frames are copies. Needed where the source writes into its chunks again, and wise where
   * small frames are kept for long: a view of 20 bytes holds its whole chunk in memory. Default: no.
   */
  copy?: boolean;
}

/** Longer messages are not copied behind their header: two writes are cheaper. In bytes. */
const JOINED_BYTES = 4_096;

/**
 * Frames that begin with their length. Erlang's `{packet, 1 | 2 | 4}` is the same on the wire, for
 * 1, 2 or 4 bytes and `big`.
 *
 * @throws {IpcError} BAD_ARGUMENT: an option is out of range.
 */
export function lengthPrefixed(options: LengthPrefixedOptions = {}): Codec<Uint8Array> {
  const { bytes = 4, endian = "big", lengthIncludesHeader = false, copy = false } = options;
  const header = bytes === "varint" ? VARINT : fixedHeader(bytes, endian);
  const most = header.most - (lengthIncludesHeader ? header.size(header.most) : 0);
  const max = wholeNumber("max", options.max ?? Math.min(most, DEFAULT_MAX_BYTES), 0, most);
  const rules = { header, max, lengthIncludesHeader, copy };
  return {
    decoder: () => new PrefixDecoder(rules),
    encode(message) {
      if (message.length > max) throw tooLong(message.length, max);
      const said = lengthIncludesHeader ? withHeader(header, message.length) : message.length;
      const size = header.size(said);
      const joined = message.length <= JOINED_BYTES;
      const frame = carve(joined ? size + message.length : size);
      header.write(said, frame, 0);
      if (!joined) return [frame, message];
      frame.set(message, size);
      return [frame];
    },
  };
}

/**
 * Frames of always the same length, and nothing between them.
 *
 * @throws {IpcError} BAD_ARGUMENT: the length is not a whole number from 1 on.
 */
export function fixed(length: number, options: { copy?: boolean } = {}): Codec<Uint8Array> {
  wholeNumber("length", length, 1, Number.MAX_SAFE_INTEGER);
  const rules = {
    header: noHeader(length),
    max: length,
    lengthIncludesHeader: false,
    copy: options.copy ?? false,
  };
  return {
    decoder: () => new PrefixDecoder(rules),
    encode(message) {
      if (message.length === length) return [message];
      throw new IpcError(
        "BAD_ARGUMENT",
        `every frame has ${length} bytes, and this message has ${message.length}`,
        "fill it up, or use lengthPrefixed()",
      );
    },
  };
}

/** A varint that counts itself grows with what it counts: 127 bytes and a header of 1 are 128, which takes 2. */
function withHeader(header: Header, length: number): number {
  let said = length + header.size(length);
  while (said - header.size(said) < length) said++;
  return said;
}

function tooLong(length: number, max: number): IpcError {
  return new IpcError(
    "FRAME_TOO_LONG",
    `the message has ${length} bytes; at most ${max} fit into a frame`,
    "send it in parts, or raise `max` on both sides",
  );
}
