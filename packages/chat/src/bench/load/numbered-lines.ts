const ZERO = 0x30;
/** Digits of a message's number. */
export const NUMBER_CHARACTERS = 10;
/** The number stands at both ends of a text, so that half of one is not taken for half of another. */
export const SHORTEST_TEXT_BYTES = 2 * NUMBER_CHARACTERS;

/**
 * Lines of one length, one after the other: `prefix`, a text of `textBytes` bytes, a line end. They are
 * filled once; afterwards only the numbers at both ends of a text change.
 */
export class NumberedLines {
  readonly bytes: Buffer;
  readonly lineBytes: number;
  readonly #first: number;
  readonly #last: number;

  constructor(prefix: string, textBytes: number, count: number) {
    this.lineBytes = prefix.length + textBytes + 1;
    this.#first = prefix.length;
    this.#last = prefix.length + textBytes - NUMBER_CHARACTERS;
    const text = Buffer.alloc(textBytes);
    for (let i = 0; i < textBytes; i++) text[i] = 0x61 + ((i * 7) % 26);
    const line = Buffer.concat([Buffer.from(prefix, "latin1"), text, Buffer.from("\n")]);
    this.bytes = Buffer.alloc(count * this.lineBytes, line);
  }

  /** Give the line at this place a number. */
  number(place: number, number: number): void {
    const { bytes } = this;
    const line = place * this.lineBytes;
    let rest = number;
    for (let i = NUMBER_CHARACTERS - 1; i >= 0; i--) {
      const digit = ZERO + (rest % 10);
      bytes[line + this.#first + i] = digit;
      bytes[line + this.#last + i] = digit;
      rest = Math.floor(rest / 10);
    }
  }

  /** The number at the beginning of a text that was received, or `undefined` if there is none. */
  numberIn(line: string): number | undefined {
    const digits = line.slice(this.#first, this.#first + NUMBER_CHARACTERS);
    return /^\d{10}$/.test(digits) ? Number(digits) : undefined;
  }
}
