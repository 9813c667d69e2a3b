import type { Frame } from "./frame.tsx";
import { columnsOf, graphemes } from "./span.ts";

/** Terminals that know it show a frame when it is whole. */
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/**
 * Draws frames, and of each only the rows that are other than before. Not by Ink's own drawing: a frame as
 * high as the terminal makes that erase what the terminal remembers of before the program (`CSI 3 J`).
 */
export class Painter {
  readonly #write: (text: string) => void;
  #rows: readonly string[] = [];
  #cursor = "";

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  paint({ rows, cursor }: Frame): void {
    const changed = rows.flatMap((row, at) =>
      row === this.#rows[at] ? [] : [`${to(at, 0)}\x1b[2K${anchored(row)}`],
    );
    const there = to(cursor.row, cursor.column);
    if (changed.length === 0 && there === this.#cursor) return;
    this.#rows = rows;
    this.#cursor = there;
    this.#write(`${BEGIN}${HIDE_CURSOR}${changed.join("")}${there}${SHOW_CURSOR}${END}`);
  }

  /** The terminal may show anything now: the next frame is drawn whole. */
  forget(): void {
    this.#rows = [];
    this.#write("\x1b[0m\x1b[2J");
  }
}

function to(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}

/** Signs of several code points: terminals do not agree on how wide they are. */
const DISPUTED = /[\u200d\ufe0e\ufe0f\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]|\p{M}|\p{Cf}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with one
const STYLE = /(\x1b\[[\d;]*m)/;

/** A row in which the cursor is put right after each sign that a terminal may think wider or narrower. */
function anchored(row: string): string {
  if (!DISPUTED.test(row)) return row;
  let column = 0;
  const sign = (grapheme: string) => {
    column += columnsOf(grapheme);
    return DISPUTED.test(grapheme) ? `${grapheme}\x1b[${column + 1}G` : grapheme;
  };
  const parts = row.split(STYLE);
  return parts.map((part) => (STYLE.test(part) ? part : graphemes(part).map(sign).join(""))).join("");
}
