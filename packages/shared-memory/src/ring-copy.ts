/** Up to here a loop over words beats TypedArray.set, which has a fixed cost of some 20 ns. In bytes. */
const SHORT = 256;
/** For a buffer that does not begin at a multiple of 4. */
const NONE = new Int32Array(0);

/**
 * Copies between a ring and the caller's buffers. Callers mostly use one buffer again and again: from
 * its second use on it has a view of words, because copying a short frame costs less than making a view.
 */
export class FrameCopy {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  #known: Uint8Array | null = null;
  #knownWords: Int32Array | null = null;

  constructor(bytes: Uint8Array, words: Int32Array) {
    this.#bytes = bytes;
    this.#words = words;
  }

  /** All of `frame`, to byte `at` of the ring, which is a multiple of 4. */
  into(at: number, frame: Uint8Array): void {
    const { length } = frame;
    if (length > SHORT || !this.#knows(frame)) {
      this.#bytes.set(frame, at);
      return;
    }
    const from = this.#knownWords as Int32Array;
    const to = this.#words;
    const first = at >> 2;
    const whole = length >> 2;
    for (let i = 0; i < whole; i++) to[first + i] = from[i] as number;
    for (let i = whole << 2; i < length; i++) this.#bytes[at + i] = frame[i] as number;
  }

  /** `length` bytes from byte `at` of the ring on, to the beginning of `into`. */
  outOf(at: number, length: number, into: Uint8Array): void {
    if (length > SHORT || !this.#knows(into)) {
      into.set(this.#bytes.subarray(at, at + length));
      return;
    }
    const from = this.#words;
    const to = this.#knownWords as Int32Array;
    const first = at >> 2;
    const whole = length >> 2;
    for (let i = 0; i < whole; i++) to[i] = from[first + i] as number;
    for (let i = whole << 2; i < length; i++) into[i] = this.#bytes[at + i] as number;
  }

  #knows(buffer: Uint8Array): boolean {
    if (buffer !== this.#known) {
      this.#known = buffer;
      this.#knownWords = null;
      return false;
    }
    this.#knownWords ??= wordsOf(buffer);
    return this.#knownWords !== NONE;
  }
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return (byteOffset & 3) === 0 ? new Int32Array(buffer, byteOffset, byteLength >> 2) : NONE;
}
