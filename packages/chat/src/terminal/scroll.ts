import { type Entry, idOf, rowsOf } from "./line-rows.ts";
import type { Place, Room } from "./room.ts";
import type { Row } from "./span.ts";

/** What is between the top and the end of a room, in order. */
export function entriesOf(room: Room): Entry[] {
  const { lines, pending, readUpTo } = room;
  const entries: Entry[] = [...lines, ...pending.map((one) => ({ pending: one }))];
  const marked = readUpTo === undefined ? -1 : lines.findLastIndex(({ id }) => id === readUpTo);
  // A mark under which there is nothing new says nothing.
  if (marked < 0 || marked === entries.length - 1) return entries;
  return entries.toSpliced(marked + 1, 0, { id: (readUpTo as number) + 0.5, kind: "mark" });
}

/** The rows that are seen in a window of that size: those above the place, or the last ones. */
export function windowOf(room: Room, columns: number, height: number): Row[] {
  const entries = entriesOf(room);
  const edge = edgeOf(entries, room.place, columns, height);
  const seen: Row[] = [];
  for (let at = edge.at; at >= 0 && seen.length < height; at--) {
    const rows = rowsOf(entries[at] as Entry, columns);
    const from = at === edge.at ? rows.length - edge.hidden : rows.length;
    for (let row = from - 1; row >= 0 && seen.length < height; row--) seen.push(rows[row] as Row);
  }
  return seen.reverse();
}

/** Scroll by so many rows: up, or down where it is negative. */
export function scrolled(room: Room, columns: number, height: number, by: number): Room {
  const entries = entriesOf(room);
  let { at, hidden } = edgeOf(entries, room.place, columns, height);
  hidden += by;
  while (at > 0 && hidden >= rowsOf(entries[at] as Entry, columns).length) {
    hidden -= rowsOf(entries[at] as Entry, columns).length;
    at--;
  }
  while (hidden < 0) {
    at++;
    if (at >= entries.length) return atEnd(room);
    hidden += rowsOf(entries[at] as Entry, columns).length;
  }
  const edge = notAboveTop({ at, hidden }, entries, columns, height);
  if (edge.at === entries.length - 1 && edge.hidden === 0) return atEnd(room);
  return { ...room, place: { line: idOf(entries[edge.at] as Entry), hidden: edge.hidden } };
}

export function atEnd(room: Room): Room {
  return room.place === undefined && room.below === 0 ? room : { ...room, place: undefined, below: 0 };
}

/** The lower edge of a window: that many rows of that entry are below it. */
interface Edge {
  at: number;
  hidden: number;
}

/** Where the place is now. The line of it may have been the oldest, and have made room. */
function edgeOf(entries: readonly Entry[], place: Place | undefined, columns: number, height: number): Edge {
  const end = { at: entries.length - 1, hidden: 0 };
  if (place === undefined) return end;
  const at = entries.findLastIndex((entry) => idOf(entry) === place.line);
  if (at >= 0) return notAboveTop({ at, hidden: place.hidden }, entries, columns, height);
  const first = entries[0];
  const wasFirst = first !== undefined && place.line < idOf(first);
  return wasFirst ? notAboveTop({ at: 0, hidden: 0 }, entries, columns, height) : end;
}

/** That edge, unless the window would reach above the first row; then the one at which it begins there. */
function notAboveTop(edge: Edge, entries: readonly Entry[], columns: number, height: number): Edge {
  let rows = 0;
  for (const [at, entry] of entries.entries()) {
    rows += rowsOf(entry, columns).length;
    if (rows >= height) {
      const top = { at, hidden: rows - height };
      return edge.at < top.at || (edge.at === top.at && edge.hidden > top.hidden) ? top : edge;
    }
  }
  // All of it is on the screen.
  return { at: entries.length - 1, hidden: 0 };
}
