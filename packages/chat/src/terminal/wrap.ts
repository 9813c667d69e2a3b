import { columnsOf, graphemes, type Row, type Span } from "./span.ts";

interface Cell {
  grapheme: string;
  columns: number;
  span: Span;
}

/**
 * Break spans into rows at spaces, and inside a word only where it is longer than a row; never inside a
 * grapheme. All rows but the first are indented by that many columns, at most half the width.
 */
export function wrap(spans: Row, width: number, indent = 0): Row[] {
  const cells = spans.flatMap((span) =>
    graphemes(span.text).map((grapheme) => ({ grapheme, columns: columnsOf(grapheme), span })),
  );
  const margin = Math.min(indent, width >> 1);
  const rows: Row[] = [];
  let start = 0;
  do {
    const room = Math.max(1, width - (rows.length === 0 ? 0 : margin));
    const end = endOfRow(cells, start, room);
    const row = spansOf(cells.slice(start, end));
    rows.push(rows.length === 0 || margin === 0 ? row : [{ text: " ".repeat(margin) }, ...row]);
    start = end;
    // The spaces at which it is broken are seen as the end of the row.
    while (start < cells.length && cells[start]?.grapheme === " ") start++;
  } while (start < cells.length);
  return rows;
}

/** Index after the last cell of the row that begins at `start`. */
function endOfRow(cells: readonly Cell[], start: number, room: number): number {
  let used = 0;
  let afterWord = start;
  for (let at = start; at < cells.length; at++) {
    const { grapheme, columns } = cells[at] as Cell;
    if (grapheme === " ") {
      // A row may not begin where a word has not ended: leading spaces are no place to break.
      if (at > start && cells[at - 1]?.grapheme !== " ") afterWord = at;
      if (used + columns > room) return at;
    } else if (used + columns > room) {
      return afterWord > start ? afterWord : Math.max(at, start + 1);
    }
    used += columns;
  }
  return cells.length;
}

function spansOf(cells: readonly Cell[]): Span[] {
  const spans: Span[] = [];
  let of: Span | undefined;
  for (const { grapheme, span } of cells) {
    const last = spans.at(-1);
    if (last !== undefined && of === span) last.text += grapheme;
    else spans.push({ ...span, text: grapheme });
    of = span;
  }
  return spans;
}
