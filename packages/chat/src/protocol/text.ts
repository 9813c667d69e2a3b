import { type Refusal, refusal } from "./refusal.ts";

/** The C0 control characters but TAB, and DEL: a line end among them would be another's line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** A UTF-16 unit is at most 3 bytes of UTF-8, so short texts need not be counted. */
const MOST_BYTES_A_UNIT = 3;

/** `undefined`: the text can be said to others. `most` is in bytes of UTF-8. */
export function textRefusal(text: string, most: number): Refusal | undefined {
  if (text === "") return refusal("BAD_TEXT", "there is no text", "write something after the command");
  if (text.length * MOST_BYTES_A_UNIT > most && Buffer.byteLength(text) > most) {
    return refusal(
      "BAD_TEXT",
      `the text has ${Buffer.byteLength(text)} bytes; at most ${most} are taken`,
      "say it in several messages",
    );
  }
  const at = text.search(CONTROL);
  if (at >= 0) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
    return refusal("BAD_TEXT", `the text has a control character, U+${code}`, "leave it out; a tab may stay");
  }
  if (/\p{Surrogate}/u.test(text)) {
    return refusal("BAD_TEXT", "the text has half a character", "send whole characters");
  }
  return undefined;
}
