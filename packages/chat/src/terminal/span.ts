import stringWidth from "string-width";

/** A piece of a row of the screen that looks the same all through. */
export interface Span {
  text: string;
  /** Of the 256 of a terminal; see {@link ./colors.ts}. */
  color?: number;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  inverse?: boolean;
}

/** One row of the screen, from its left edge on. */
export type Row = readonly Span[];

const PLAIN = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a person sees as one sign, however many code points it takes: `é`, `👩‍👧`. */
export function graphemes(text: string): string[] {
  return PLAIN.test(text) ? text.split("") : Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns that a text without control characters takes on the screen. */
export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

export function rowColumns(row: Row): number {
  return row.reduce((sum, { text }) => sum + columnsOf(text), 0);
}

/** As much of the text as fits, with `…` where something is left out. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = 1;
  for (const grapheme of graphemes(text)) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    kept += grapheme;
  }
  return columns < 1 ? "" : `${kept}…`;
}

/** The same for a row of several spans. */
export function cutRow(row: Row, columns: number): Row {
  const kept: Span[] = [];
  let left = columns;
  for (const span of row) {
    const width = columnsOf(span.text);
    if (width > left) return [...kept, { ...span, text: cut(span.text, left) }];
    kept.push(span);
    left -= width;
  }
  return kept;
}
