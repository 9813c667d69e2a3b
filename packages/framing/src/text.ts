import { IpcError } from "@ipc-playground/contract";
import { carve } from "./slab.ts";

// A byte order mark is a character like others: what was sent is what comes out.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of a whole frame, or `null` if the bytes are no UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Longer texts are encoded into memory of their own. In UTF-16 units. */
const SHORT = 4_000;
const LF = 0x0a;

/**
 * A short line of ASCII and its line feed as bytes, which is what most lines are; `null` if it is
 * longer or has other characters. Into memory that is there: `encode` makes its own, which takes
 * several times as long.
 */
export function encodeShortLine(line: string): Uint8Array | null {
  const { length } = line;
  if (length > SHORT) return null;
  const bytes = carve(length + 1);
  const { read, written } = encoder.encodeInto(line, bytes);
  // All of it was read, and every unit became one byte: ASCII.
  if (read !== length || written !== length) return null;
  bytes[length] = LF;
  return bytes;
}

/** @throws {IpcError} BAD_TEXT: half of a surrogate pair has no UTF-8. */
export function encodeText(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  // Where every unit is one byte there is no surrogate to look for.
  if (bytes.length > text.length && /\p{Surrogate}/u.test(text)) {
    throw new IpcError(
      "BAD_TEXT",
      "the text has half a character: a surrogate without its partner",
      "cut texts between characters, or send the bytes themselves",
    );
  }
  return bytes;
}

export function notText(what: string): IpcError {
  return new IpcError(
    "BAD_TEXT",
    `${what} is not UTF-8`,
    "the sender must encode its text as UTF-8; for other bytes use lengthPrefixed() without a text on top",
  );
}

/** How many bytes of UTF-8 a text has. */
export function byteLength(text: string): number {
  return text === "" ? 0 : encoder.encode(text).length;
}
