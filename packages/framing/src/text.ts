import { IpcError } from "@ipc-playground/contract";

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
