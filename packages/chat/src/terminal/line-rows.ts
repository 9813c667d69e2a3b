import { BAD, colorOf, WARNING } from "./colors.ts";
import type { Line, Pending } from "./line.ts";
import { columnsOf, type Row, type Span } from "./span.ts";
import { wrap } from "./wrap.ts";

/** Below this many columns for messages, there is no time and no column of names. */
const WIDE_FROM = 56;
/** `21:04 ` */
const TIME_COLUMNS = 6;
/** Names end at the same column; longer ones push their text to the right. */
const NAME_COLUMNS = 10;

/** What stands in the messages: lines, the mark of what is new, and what is under way. */
export type Entry = Line | { readonly id: number; readonly kind: "mark" } | { readonly pending: Pending };

export function idOf(entry: Entry): number {
  return "pending" in entry ? entry.pending.id : entry.id;
}

const remembered = new WeakMap<Line | Pending, { width: number; rows: readonly Row[] }>();

/** The rows that an entry takes in that many columns. */
export function rowsOf(entry: Entry, width: number): readonly Row[] {
  if ("kind" in entry && entry.kind === "mark") return [rule("new", width)];
  const key = "pending" in entry ? entry.pending : (entry as Line);
  const known = remembered.get(key);
  if (known?.width === width) return known.rows;
  const rows = "pending" in entry ? pendingRows(entry.pending, width) : lineRows(entry as Line, width);
  remembered.set(key, { width, rows });
  return rows;
}

/** A line across, with a word in it: `── new ───────`. */
function rule(word: string, width: number): Row {
  const head = `── ${word} `;
  return [{ text: (head + "─".repeat(Math.max(0, width - head.length))).slice(0, width), color: WARNING }];
}

function pendingRows({ at, content, accepted }: Pending, width: number): Row[] {
  const rows = lineRows({ id: 0, at, ...content }, width, accepted === undefined);
  if (accepted !== undefined) return rows;
  return rows.map((row) => row.map((span) => ({ ...span, dim: true })));
}

function lineRows(line: Line, width: number, waits = false): Row[] {
  const wide = width >= WIDE_FROM;
  const time = wide ? [{ text: waits ? "  ⋯   " : `${clock(line.at)} `, dim: true }] : [];
  const indent = wide ? TIME_COLUMNS + NAME_COLUMNS + 2 : 2;
  switch (line.kind) {
    case "message": {
      const text = { text: line.text, ...(line.mentions && { bold: true }) };
      return wrap([...time, ...named(line.from, wide), text, ...tail(waits && !wide)], width, indent);
    }
    case "whisper": {
      const aside = { text: `(only to ${line.own ? line.to : "you"}) `, italic: true, dim: true };
      const spans = [...time, ...named(line.from, wide), aside, { text: line.text, italic: true }];
      return wrap([...spans, ...tail(waits && !wide)], width, indent);
    }
    case "notice":
      return wrap([...time, signed(line.sign, wide), { text: line.text, dim: true }], width, indent);
    case "gap": {
      const text = "… messages were lost here: the server keeps no more …";
      return wrap([{ text: wide ? " ".repeat(indent) : "" }, { text, color: WARNING }], width, indent);
    }
    case "problem": {
      const spans = [signed("!", wide, BAD), { text: `${line.fact}; `, color: BAD }, { text: line.nextStep }];
      return wrap([...time, ...spans], width, indent);
    }
    case "answer":
      return answerRows(line.row, width, line.indent);
  }
}

/** Where there is little room, all but the first span goes below that. */
function answerRows(row: Row, width: number, indent: number): Row[] {
  const [head, ...rest] = row;
  if (indent <= width >> 1 || head === undefined || rest.length === 0) return wrap(row, width, indent);
  return [[head], ...wrap([{ text: "    " }, ...rest], width, 4)];
}

/** Who says it: `      ana  `, or `ana: ` where there is little room. */
function named(nick: string, wide: boolean): Span[] {
  const name = { text: nick, bold: true, color: colorOf(nick) };
  if (!wide) return [name, { text: ": " }];
  return [{ text: " ".repeat(Math.max(0, NAME_COLUMNS - columnsOf(nick))) }, name, { text: "  " }];
}

/** A sign in the place of a name. */
function signed(sign: string, wide: boolean, color?: number): Span {
  const text = wide ? `${" ".repeat(NAME_COLUMNS - columnsOf(sign))}${sign}  ` : `${sign} `;
  return { text, ...(color === undefined ? { dim: true } : { color, bold: true }) };
}

function tail(waits: boolean): Span[] {
  return waits ? [{ text: " ⋯" }] : [];
}

/** `21:04`, in the time zone of whoever looks. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}
