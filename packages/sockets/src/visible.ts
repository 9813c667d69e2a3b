/** Characters that do something to a terminal or to the order of what is read, instead of being seen. */
const ACTIVE = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A stranger's text, fit to be printed: characters that would move the cursor, clear the screen, write to the
 * clipboard or turn the reading direction are shown as symbols. Tabs stay.
 */
export function visible(text: string): string {
  return text.replace(ACTIVE, (sign) => {
    const code = sign.charCodeAt(0);
    if (sign === "\t") return sign;
    // Unicode has a picture for each of the first 32, and for DEL.
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "␡" : `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

/** Whether {@link visible} would change it, tabs included. */
export function hasActive(text: string): boolean {
  return text.search(ACTIVE) >= 0;
}
