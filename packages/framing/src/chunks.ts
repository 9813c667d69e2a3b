/**
 * The chunk that a decoder is reading. Normally it is read to its end before the next one comes;
 * for a consumer that pushes more before it has asked for all frames, the rest is put into one
 * buffer, which doubles: a million chunks of one byte are not a million buffers.
 */
export class Chunks {
  bytes: Uint8Array = new Uint8Array(0);
  /**
   * The memory below, and where the bytes begin in it. Kept, and not asked for before there is a frame:
   * to ask a typed array for them takes longer than all else.
   */
  #buffer: ArrayBufferLike | undefined;
  #offset = 0;
  /** What is before it has been read. */
  at = 0;
  /** Where the bytes end; behind it is room. */
  end = 0;
  /** Whether `bytes` is ours, and can be appended to. */
  #ours = false;

  push(chunk: Uint8Array): void {
    if (this.at < this.end) {
      this.#append(chunk);
      return;
    }
    this.#read(chunk);
    this.at = 0;
    this.end = chunk.length;
    this.#ours = false;
  }

  /** The bytes from `start` to `end`, as a view. Not subarray: of a Buffer it makes a Buffer, which takes twice as long. */
  view(start: number, end: number): Uint8Array {
    if (this.#buffer === undefined) {
      this.#buffer = this.bytes.buffer;
      this.#offset = this.bytes.byteOffset;
    }
    return new Uint8Array(this.#buffer, this.#offset + start, end - start);
  }

  #read(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#buffer = undefined;
  }

  #append(chunk: Uint8Array): void {
    const length = this.end - this.at + chunk.length;
    // Frames that were given out are views into this buffer: what lies before `end` is never moved
    // within it, only copied to another.
    if (!this.#ours || this.end + chunk.length > this.bytes.length) {
      const bytes = new Uint8Array(2 * length);
      bytes.set(this.bytes.subarray(this.at, this.end));
      this.#read(bytes);
      this.end -= this.at;
      this.at = 0;
      this.#ours = true;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }
}
