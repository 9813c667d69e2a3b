/** More bytes are needed to know the length. */
export const INCOMPLETE = -1;
/** No header begins like that. */
export const DAMAGED = -2;

/** How a length is written before a frame. */
export interface Header {
  /** The longest length that it can say. */
  readonly most: number;
  /** Bytes that a header takes for that length. */
  size(length: number): number;
  /** The length that is written at `at`; {@link INCOMPLETE}: not all of it is there before `end`; {@link DAMAGED}. */
  read(bytes: Uint8Array, at: number, end: number): number;
  write(length: number, bytes: Uint8Array, at: number): void;
}

export type Endian = "big" | "little";

/**
 * A header of always the same size. One class with branches, not one object for each kind: the engine
 * inlines the call that way, which is worth half the time of a small frame.
 */
class FixedHeader implements Header {
  readonly most: number;
  readonly #bytes: 1 | 2 | 4;
  readonly #little: boolean;

  constructor(bytes: 1 | 2 | 4, endian: Endian) {
    this.most = 2 ** (8 * bytes) - 1;
    this.#bytes = bytes;
    this.#little = endian === "little";
  }

  size(): number {
    return this.#bytes;
  }

  read(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < this.#bytes) return INCOMPLETE;
    const first = bytes[at] as number;
    if (this.#bytes === 1) return first;
    const second = bytes[at + 1] as number;
    if (this.#bytes === 2) return this.#little ? (second << 8) | first : (first << 8) | second;
    const third = bytes[at + 2] as number;
    const fourth = bytes[at + 3] as number;
    // A shift makes a length from 2 GiB on negative, and >>> makes it what it was.
    return this.#little
      ? ((fourth << 24) | (third << 16) | (second << 8) | first) >>> 0
      : ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
  }

  write(length: number, bytes: Uint8Array, at: number): void {
    // From the lowest byte on.
    const step = this.#little ? 1 : -1;
    let place = this.#little ? at : at + this.#bytes - 1;
    bytes[place] = length;
    if (this.#bytes === 1) return;
    place += step;
    bytes[place] = length >>> 8;
    if (this.#bytes === 2) return;
    bytes[place + step] = length >>> 16;
    bytes[place + 2 * step] = length >>> 24;
  }
}

/** The most significant byte comes first in `big`, which is the network's order. */
export function fixedHeader(bytes: 1 | 2 | 4, endian: Endian): Header {
  return new FixedHeader(bytes, endian);
}

/** 5 bytes of 7 bits hold 32 bits and more; longer ones are refused. */
const VARINT_BYTES = 5;

/**
 * The varint of protocol buffers, LEB128: 7 bits a byte, the lowest first, the top bit set in all but
 * the last. Only the shortest form of a number is taken: a reader and a writer that disagree about
 * the size of a header have lost each other.
 */
export const VARINT: Header = {
  most: 2 ** 32 - 1,
  size(length) {
    if (length < 0x80) return 1;
    let size = 1;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    return size;
  },
  read(bytes, at, end) {
    if (at < end && (bytes[at] as number) < 0x80) return bytes[at] as number;
    let length = 0;
    for (let i = 0; i < VARINT_BYTES; i++) {
      if (at + i >= end) return INCOMPLETE;
      const next = bytes[at + i] as number;
      length += (next & 0x7f) * 2 ** (7 * i);
      if (next >= 0x80) continue;
      // A last byte of 0 adds nothing: there is a shorter form.
      return (next === 0 && i > 0) || length > VARINT.most ? DAMAGED : length;
    }
    return DAMAGED;
  },
  write(length, bytes, at) {
    let rest = length;
    let place = at;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[place++] = (rest & 0x7f) | 0x80;
    bytes[place] = rest;
  },
};

/** No header: every frame has the same length. */
export function noHeader(length: number): Header {
  return {
    most: length,
    size: () => 0,
    read: (_bytes, at, end) => (end > at ? length : INCOMPLETE),
    write() {},
  };
}
