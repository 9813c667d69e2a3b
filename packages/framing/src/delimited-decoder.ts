import { IpcError } from "@ipc-playground/contract";
import { Chunks } from "./chunks.ts";
import type { Decoder } from "./codec.ts";
import { Pending } from "./pending.ts";
import { indexOfBytes, sameBytes } from "./search.ts";
import { copyOf } from "./slab.ts";

export interface DelimitedRules {
  readonly delimiter: Uint8Array;
  /** In bytes, without the delimiter. */
  readonly max: number;
  readonly discard: boolean;
  readonly onDiscard: ((bytes: number) => void) | undefined;
  readonly emitLast: boolean;
  readonly copy: boolean;
}

/** Frames that end with a delimiter of one byte or more. No byte is looked at twice, but at the seams of chunks. */
export class DelimitedDecoder implements Decoder<Uint8Array> {
  readonly #rules: DelimitedRules;
  readonly #chunks = new Chunks();
  /** The beginning of a frame whose end has not come, or when it is left out, its last bytes. */
  #pending: Pending | undefined;
  /** Bytes of a frame that is being left out and that are forgotten; -1: none is. */
  #skipped = -1;
  #ended = false;
  #failure: IpcError | undefined;

  constructor(rules: DelimitedRules) {
    this.#rules = rules;
  }

  get buffered(): number {
    return (this.#pending?.length ?? 0) + this.#chunks.end - this.#chunks.at;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  next(): Uint8Array | null {
    if (this.#failure !== undefined) throw this.#failure;
    const chunks = this.#chunks;
    while (chunks.at < chunks.end) {
      const seam = this.#seam();
      if (seam > 0) {
        const frame = this.#frameOverSeam(seam);
        if (frame !== null) return frame;
        continue;
      }
      const found = indexOfBytes(chunks.bytes, this.#rules.delimiter, chunks.at, chunks.end);
      if (found < 0) {
        this.#keepRest();
        break;
      }
      const frame = this.#frameTo(found);
      if (frame !== null) return frame;
    }
    return this.#noMore();
  }

  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#ended = true;
    if (this.#chunks.at === this.#chunks.end && !this.#rules.emitLast) this.#noMore();
  }

  /** How many bytes of the chunk complete a delimiter that began before it; 0: none does. */
  #seam(): number {
    const { delimiter } = this.#rules;
    if (this.#pending === undefined || delimiter.length === 1) return 0;
    const { bytes, at, end } = this.#chunks;
    // The longest beginning first: of two delimiters that overlap, the one that begins first counts.
    for (let before = Math.min(delimiter.length - 1, this.#pending.length); before > 0; before--) {
      const after = delimiter.length - before;
      if (at + after > end || !this.#pending.endsWith(delimiter, before)) continue;
      if (sameBytes(bytes, at, delimiter, before, after)) return after;
    }
    return 0;
  }

  /** The frame whose delimiter ends with the first `seam` bytes of the chunk. */
  #frameOverSeam(seam: number): Uint8Array | null {
    const pending = this.#pending as Pending;
    this.#pending = undefined;
    this.#chunks.at += seam;
    const bytes = pending.take();
    const inPending = this.#rules.delimiter.length - seam;
    return this.#give(bytes.subarray(0, bytes.length - inPending));
  }

  /** The frame whose delimiter begins at this place of the chunk. */
  #frameTo(found: number): Uint8Array | null {
    const chunks = this.#chunks;
    const start = chunks.at;
    chunks.at = found + this.#rules.delimiter.length;
    const pending = this.#pending;
    this.#pending = undefined;
    const length = found - start + (pending?.length ?? 0);
    if (this.#skipped >= 0 || length > this.#rules.max) return this.#leaveOut(length);
    if (pending !== undefined) {
      pending.append(chunks.bytes, start, found);
      return pending.take();
    }
    const frame = chunks.view(start, found);
    return this.#rules.copy ? copyOf(frame) : frame;
  }

  #give(frame: Uint8Array): Uint8Array | null {
    return this.#skipped >= 0 || frame.length > this.#rules.max ? this.#leaveOut(frame.length) : frame;
  }

  /** No delimiter ends in what is left of the chunk. */
  #keepRest(): void {
    const { bytes, at, end } = this.#chunks;
    const { max, delimiter } = this.#rules;
    this.#chunks.at = end;
    const length = end - at + (this.#pending?.length ?? 0);
    // The beginning of the delimiter may have come with it.
    const most = max + delimiter.length - 1;
    if (this.#skipped < 0 && length <= most) {
      this.#pending ??= new Pending(most, 2 * (end - at));
      this.#pending.append(bytes, at, end);
      return;
    }
    if (this.#skipped < 0) this.#refuseUnlessDiscarding();
    // Only so much is kept of it as may be the beginning of its delimiter.
    const tail = lastBytes(this.#pending, bytes.subarray(at, end), delimiter.length - 1);
    this.#skipped = Math.max(0, this.#skipped) + length - tail.length;
    this.#pending = tail;
  }

  /** All bytes that came are read, and make no whole frame. */
  #noMore(): Uint8Array | null {
    if (!this.#ended || (this.#pending === undefined && this.#skipped < 0)) return null;
    const bytes = this.#pending?.take() ?? new Uint8Array(0);
    this.#pending = undefined;
    if (this.#rules.emitLast || this.#skipped >= 0) return this.#give(bytes);
    return this.#fail(
      new IpcError(
        "FRAME_CUT",
        `the bytes end inside a frame, after ${bytes.length} bytes`,
        "the sender broke off, or forgot the last delimiter",
      ),
    );
  }

  /** The end of a frame that is too long, `bytes` after what was skipped. */
  #leaveOut(bytes: number): null {
    if (this.#skipped < 0) this.#refuseUnlessDiscarding();
    const all = Math.max(0, this.#skipped) + bytes;
    this.#skipped = -1;
    this.#rules.onDiscard?.(all);
    return null;
  }

  #refuseUnlessDiscarding(): void {
    const { discard, max } = this.#rules;
    if (discard) return;
    this.#fail(
      new IpcError(
        "FRAME_TOO_LONG",
        `a frame has more than ${max} bytes, which are the most that is taken`,
        "close the connection, or raise `max` if such frames are right",
      ),
    );
  }

  #fail(error: IpcError): never {
    this.#failure = error;
    throw error;
  }
}

/** The last bytes, at most `count`, of what is pending and a chunk together. */
function lastBytes(pending: Pending | undefined, chunk: Uint8Array, count: number): Pending {
  const last = new Pending(2 * count);
  const fromChunk = chunk.subarray(Math.max(0, chunk.length - count));
  const fromPending = pending?.tail(count - fromChunk.length) ?? new Uint8Array(0);
  last.append(fromPending, 0, fromPending.length);
  last.append(fromChunk, 0, fromChunk.length);
  return last;
}
