import { FEW_BYTES, sameBytes } from "./search.ts";

/** Less than this is not worth a second buffer. In bytes. */
const LEAST_AT_FIRST_BYTES = 64;
/** No more than this is taken on the word of a header. In bytes. */
const MOST_AT_FIRST_BYTES = 65_536;

/**
 * The part of a frame that has come so far, in one buffer that doubles. What a header claims is not
 * allocated before that much has come.
 *
 * A frame whose length is known is copied at most twice, however it was cut: the sizes of the buffer
 * are its length halved again and again, so that the last but one is its half, and all before the
 * last together its length.
 */
export class Pending {
  #bytes: Uint8Array;
  #length = 0;
  readonly #most: number;

  /**
   * @param most How long the frame is, or may get, in bytes. The buffer never has more.
   * @param expected How much is likely to come, in bytes, where that is not `most`.
   */
  constructor(most: number, expected = most) {
    this.#most = most;
    const ceiling = Math.min(Math.max(expected, LEAST_AT_FIRST_BYTES), MOST_AT_FIRST_BYTES);
    let size = most;
    while (size > ceiling) size = Math.ceil(size / 2);
    this.#bytes = new Uint8Array(size);
  }

  /** How many bytes have come. */
  get length(): number {
    return this.#length;
  }

  /** Add the bytes of `chunk` from `start` to `end`: together at most what the frame may have. */
  append(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#length + (end - start);
    if (length > this.#bytes.length) this.#grow(length);
    if (end - start <= FEW_BYTES) {
      for (let at = start, to = this.#length; at < end; at++, to++) this.#bytes[to] = chunk[at] as number;
    } else {
      this.#bytes.set(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end), this.#length);
    }
    this.#length = length;
  }

  /** What has come, without a copy. This object must not be used afterwards. */
  take(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  /** The last bytes of what has come, at most `count`. */
  tail(count: number): Uint8Array {
    return this.#bytes.subarray(Math.max(0, this.#length - count), this.#length);
  }

  /** Whether its last `count` bytes are the first of `part`. */
  endsWith(part: Uint8Array, count: number): boolean {
    return sameBytes(this.#bytes, this.#length - count, part, 0, count);
  }

  #grow(least: number): void {
    const bytes = new Uint8Array(Math.min(this.#most, Math.max(least, 2 * this.#bytes.length)));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
