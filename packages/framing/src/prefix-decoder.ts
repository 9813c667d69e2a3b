import { IpcError } from "@ipc-playground/contract";
import { Chunks } from "./chunks.ts";
import type { Decoder } from "./codec.ts";
import { DAMAGED, type Header, INCOMPLETE } from "./header.ts";
import { Pending } from "./pending.ts";
import { copyOf } from "./slab.ts";

/** The longest header, in bytes. */
const SCRATCH_BYTES = 5;

export interface PrefixRules {
  readonly header: Header;
  /** The longest frame, in bytes, without its header. */
  readonly max: number;
  /** Whether the length counts the header's own bytes. */
  readonly lengthIncludesHeader: boolean;
  /** Whether frames are copies. */
  readonly copy: boolean;
}

/** Frames with their length before them: the one algorithm of `lengthPrefixed` and `fixed`. */
export class PrefixDecoder implements Decoder<Uint8Array> {
  readonly #header: Header;
  readonly #max: number;
  /** Whether the length counts the header. */
  readonly #counted: boolean;
  readonly #copy: boolean;
  readonly #chunks = new Chunks();
  /** The first bytes of a header that was split. */
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  #scratched = 0;
  /** A frame that was split: how long it is, and what has come of it. */
  #awaited = 0;
  #pending: Pending | undefined;
  /** Nothing is begun and nothing has failed: the next byte is the first of a header. */
  #atFrameStart = true;
  #ended = false;
  #failure: IpcError | undefined;

  constructor(rules: PrefixRules) {
    this.#header = rules.header;
    this.#max = rules.max;
    this.#counted = rules.lengthIncludesHeader;
    this.#copy = rules.copy;
  }

  get buffered(): number {
    return this.#scratched + (this.#pending?.length ?? 0) + this.#chunks.end - this.#chunks.at;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  next(): Uint8Array | null {
    if (this.#atFrameStart) {
      const chunks = this.#chunks;
      const { at, end } = chunks;
      const said = this.#header.read(chunks.bytes, at, end);
      const size = this.#header.size(said);
      const start = at + size;
      const stop = at + said + (this.#counted ? 0 : size);
      if (said >= 0 && stop <= end && stop >= start && stop - start <= this.#max) {
        chunks.at = stop;
        return this.#copy ? copyOf(chunks.view(start, stop)) : chunks.view(start, stop);
      }
    }
    return this.#nextInParts();
  }

  /** Everything that is not a whole frame in one chunk: split frames, damaged ones, the end. */
  #nextInParts(): Uint8Array | null {
    if (this.#failure !== undefined) throw this.#failure;
    this.#atFrameStart = false;
    const frame = this.#pending === undefined ? this.#readHeader() : this.#readFrame(this.#pending);
    this.#atFrameStart = this.#pending === undefined && this.#scratched === 0;
    return frame;
  }

  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#ended = true;
    if (this.#chunks.at === this.#chunks.end) this.#noMore();
  }

  /** All bytes that came are read, and make no whole frame. */
  #noMore(): null {
    if (!this.#ended || (this.#scratched === 0 && this.#pending === undefined)) return null;
    return this.#fail(
      new IpcError(
        "FRAME_CUT",
        this.#pending === undefined
          ? `the bytes end inside the header of a frame, after ${this.#scratched} of its bytes`
          : `the bytes end inside a frame, after ${this.#pending.length} of ${this.#awaited} bytes`,
        "the sender broke off: do not trust what was under way",
      ),
    );
  }

  /** Collect a header byte by byte, since it may be split, and go on with its frame. */
  #readHeader(): Uint8Array | null {
    const chunks = this.#chunks;
    while (chunks.at < chunks.end) {
      this.#scratch[this.#scratched++] = chunks.bytes[chunks.at++] as number;
      const said = this.#header.read(this.#scratch, 0, this.#scratched);
      if (said === INCOMPLETE) continue;
      if (said === DAMAGED) return this.#fail(damaged());
      const size = this.#header.size(said);
      const length = this.#frameLength(said, size);
      // Where there is no header, the byte that was looked at belongs to the frame.
      chunks.at -= this.#scratched - size;
      this.#scratched = 0;
      this.#awaited = length;
      this.#pending = new Pending(length);
      return this.#readFrame(this.#pending);
    }
    return this.#noMore();
  }

  #readFrame(pending: Pending): Uint8Array | null {
    const chunks = this.#chunks;
    const end = Math.min(chunks.end, chunks.at + this.#awaited - pending.length);
    if (end > chunks.at) pending.append(chunks.bytes, chunks.at, end);
    chunks.at = end;
    if (pending.length < this.#awaited) return this.#noMore();
    this.#pending = undefined;
    return pending.take();
  }

  /** From what the header says to the bytes that follow it, checked before anything is kept for them. */
  #frameLength(said: number, headerSize: number): number {
    const max = this.#max;
    const length = this.#counted ? said - headerSize : said;
    if (length >= 0 && length <= max) return length;
    return this.#fail(
      length < 0
        ? new IpcError(
            "BAD_FRAME",
            `a frame says that it has ${said} bytes with its header, which alone has ${headerSize}`,
            "close the connection: the sender speaks another protocol, or does not count its header",
          )
        : new IpcError(
            "FRAME_TOO_LONG",
            `a frame says that it has ${length} bytes; at most ${max} are taken`,
            "close the connection, or raise `max` if such frames are right",
          ),
    );
  }

  #fail(error: IpcError): never {
    this.#failure = error;
    throw error;
  }
}

function damaged(): IpcError {
  return new IpcError(
    "BAD_FRAME",
    "the varint before a frame goes on after 5 bytes, says 2^32 or more, or is not the shortest form of its number",
    "close the connection: the sender speaks another protocol, or bytes were lost",
  );
}
