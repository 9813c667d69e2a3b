import { IpcError } from "@ipc-playground/contract";
import { Chunks } from "./chunks.ts";
import type { Decoder } from "./codec.ts";
import { Pending } from "./pending.ts";
import { indexOfByte, lastIndexOfByte } from "./search.ts";
import { byteLength, decodeText, notText } from "./text.ts";

const LF = 0x0a;
const CR = 0x0d;

export interface LineRules {
  /** In bytes, without the line's end. */
  readonly max: number;
  readonly discard: boolean;
  readonly onDiscard: ((bytes: number) => void) | undefined;
  readonly emitLast: boolean;
}

/**
 * Lines, many at once: all that are whole in a chunk are decoded in one go, and cut as text. Bytes
 * that are no UTF-8 are cut line by line, so that the good lines before the bad one still come out.
 */
export class LineDecoder implements Decoder<string> {
  readonly #rules: LineRules;
  readonly #chunks = new Chunks();
  /** Whole lines, and how far they were given out. */
  #text = "";
  #textAt = 0;
  /** Whether every character of the text was one byte: then a place in it is a place in the bytes. */
  #ascii = true;
  /** So many bytes of the chunk are whole lines that must be cut as bytes. */
  #byLine = 0;
  /** The beginning of a line whose end has not come. */
  #pending: Pending | undefined;
  /** Bytes of a line that is being left out; -1: none is. */
  #skipped = -1;
  #ended = false;
  #failure: IpcError | undefined;

  constructor(rules: LineRules) {
    this.#rules = rules;
  }

  get buffered(): number {
    const inText = this.#ascii
      ? this.#text.length - this.#textAt
      : byteLength(this.#text.slice(this.#textAt));
    return inText + (this.#pending?.length ?? 0) + this.#chunks.end - this.#chunks.at;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  next(): string | null {
    if (this.#failure !== undefined) throw this.#failure;
    for (;;) {
      while (this.#textAt < this.#text.length) {
        const line = this.#cutText();
        if (line !== null) return line;
      }
      if (this.#chunks.at === this.#chunks.end) return this.#noMore();
      const line = this.#readBytes();
      if (line !== null) return line;
    }
  }

  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#ended = true;
    const unread = this.#textAt < this.#text.length || this.#chunks.at < this.#chunks.end;
    if (!unread && !this.#rules.emitLast) this.#noMore();
  }

  /** The next line of the text, or `null` if it was left out. */
  #cutText(): string | null {
    const start = this.#textAt;
    const lf = this.#text.indexOf("\n", start);
    this.#textAt = lf + 1;
    const end = this.#text.charCodeAt(lf - 1) === CR && lf > start ? lf - 1 : lf;
    const line = this.#text.slice(start, end);
    // A UTF-16 unit is at most 3 bytes of UTF-8.
    const { max } = this.#rules;
    if (line.length <= max && (this.#ascii || 3 * line.length <= max)) return line;
    const bytes = this.#ascii ? line.length : byteLength(line);
    if (bytes <= max) return line;
    this.#skip(bytes);
    this.#discard();
    return null;
  }

  /** Get on with the bytes of the chunk. Returns a line where that comes to one. */
  #readBytes(): string | null {
    const chunks = this.#chunks;
    const begun = this.#pending !== undefined || this.#skipped >= 0;
    if (begun || this.#byLine > 0) {
      const lf = indexOfByte(chunks.bytes, LF, chunks.at, chunks.end);
      if (lf >= 0) return this.#lineTo(lf);
      this.#keepRest();
      return null;
    }
    const last = lastIndexOfByte(chunks.bytes, LF, chunks.at, chunks.end);
    if (last < 0) this.#keepRest();
    else this.#decodeTo(last + 1);
    return null;
  }

  /** Decode all whole lines of the chunk. */
  #decodeTo(end: number): void {
    const chunks = this.#chunks;
    const text = decodeText(chunks.bytes.subarray(chunks.at, end));
    if (text === null) {
      this.#byLine = end - chunks.at;
      return;
    }
    this.#text = text;
    this.#textAt = 0;
    this.#ascii = text.length === end - chunks.at;
    chunks.at = end;
  }

  /** The line that ends at this line feed; `null`: it was left out. */
  #lineTo(lf: number): string | null {
    const chunks = this.#chunks;
    const start = chunks.at;
    chunks.at = lf + 1;
    this.#byLine = Math.max(0, this.#byLine - (lf + 1 - start));
    if (this.#skipped >= 0) {
      this.#skipped += lf - start;
      this.#discard();
      return null;
    }
    const pending = this.#pending;
    this.#pending = undefined;
    const length = lf - start + (pending?.length ?? 0);
    const beforeEnd = lf > start ? chunks.bytes[lf - 1] : pending?.tail(1)[0];
    const lineLength = beforeEnd === CR ? length - 1 : length;
    if (lineLength > this.#rules.max) {
      this.#skip(length);
      this.#discard();
      return null;
    }
    if (pending === undefined) return this.#toText(chunks.bytes.subarray(start, start + lineLength));
    pending.append(chunks.bytes, start, lf);
    return this.#toText(pending.take().subarray(0, lineLength));
  }

  /** What is left of the chunk is the beginning of a line, or more of one. */
  #keepRest(): void {
    const { bytes, at, end } = this.#chunks;
    this.#chunks.at = end;
    if (this.#skipped >= 0) {
      this.#skipped += end - at;
      return;
    }
    const { max } = this.#rules;
    const length = end - at + (this.#pending?.length ?? 0);
    // One more than the longest line may be there if it is the CR of its end.
    if (length > max + 1 || (length === max + 1 && bytes[end - 1] !== CR)) {
      this.#pending = undefined;
      this.#skip(length);
      return;
    }
    this.#pending ??= new Pending(max + 1, 2 * (end - at));
    this.#pending.append(bytes, at, end);
  }

  /** All bytes that came are read, and make no whole line. */
  #noMore(): string | null {
    if (!this.#ended) return null;
    if (this.#skipped >= 0) this.#discard();
    const pending = this.#pending;
    if (pending === undefined) return null;
    this.#pending = undefined;
    if (!this.#rules.emitLast) {
      return this.#fail(
        new IpcError(
          "FRAME_CUT",
          `the bytes end inside a line, after ${pending.length} bytes`,
          "the sender broke off, or forgot the last line feed",
        ),
      );
    }
    if (pending.length <= this.#rules.max) return this.#toText(pending.take());
    this.#skip(pending.length);
    this.#discard();
    return null;
  }

  #toText(bytes: Uint8Array): string {
    return decodeText(bytes) ?? this.#fail(notText("a line"));
  }

  /** A line is too long: fail, or leave it out from here to its end. */
  #skip(bytes: number): void {
    const { discard, max } = this.#rules;
    if (!discard) {
      this.#fail(
        new IpcError(
          "FRAME_TOO_LONG",
          `a line has ${bytes} bytes or more; at most ${max} are taken`,
          "close the connection, or raise `max` if such lines are right",
        ),
      );
    }
    this.#skipped = bytes;
  }

  /** The end of a line that was left out. */
  #discard(): void {
    const bytes = this.#skipped;
    this.#skipped = -1;
    this.#rules.onDiscard?.(bytes);
  }

  #fail(error: IpcError): never {
    this.#failure = error;
    throw error;
  }
}
