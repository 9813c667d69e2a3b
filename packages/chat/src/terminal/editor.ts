import { LIMITS } from "../limits.ts";
import { graphemes } from "./span.ts";

/** A line that is being typed. `cursor` is an index into the text, never inside a grapheme. */
export interface Editor {
  readonly text: string;
  readonly cursor: number;
}

export const EMPTY: Editor = { text: "", cursor: 0 };

/** More than a server takes is more than a line can become. */
const MOST_UNITS = LIMITS.textBytes.value;

/** Everything that does something instead of being seen. */
const CONTROL = /\p{Cc}+/gu;

export function typed(text: string): Editor {
  return { text, cursor: text.length };
}

/** Put a text in at the cursor. Line ends and tabs become spaces, other control characters are left out. */
export function insert({ text, cursor }: Editor, added: string): Editor {
  const clean = added.replace(/\r\n|[\r\n\t\u2028\u2029]/g, " ").replace(CONTROL, "");
  // Half of a pair of surrogates is no character.
  const fits = clean.slice(0, Math.max(0, MOST_UNITS - text.length)).replace(/[\ud800-\udbff]$/, "");
  const after = text.slice(0, cursor) + fits + text.slice(cursor);
  return { text: after, cursor: boundary(after, cursor + fits.length) };
}

export function left({ text, cursor }: Editor): Editor {
  return { text, cursor: before(text, cursor) };
}

export function right({ text, cursor }: Editor): Editor {
  return { text, cursor: after(text, cursor) };
}

export function home({ text }: Editor): Editor {
  return { text, cursor: 0 };
}

export function end({ text }: Editor): Editor {
  return typed(text);
}

export function wordLeft({ text, cursor }: Editor): Editor {
  return { text, cursor: wordStart(text, cursor) };
}

export function wordRight({ text, cursor }: Editor): Editor {
  const word = /^\s*\S*/.exec(text.slice(cursor))?.[0] ?? "";
  return { text, cursor: cursor + word.length };
}

export function backspace(editor: Editor): Editor {
  return removed(editor.text, before(editor.text, editor.cursor), editor.cursor);
}

export function remove(editor: Editor): Editor {
  return removed(editor.text, editor.cursor, after(editor.text, editor.cursor));
}

/** The word before the cursor, and the spaces after it. */
export function removeWord(editor: Editor): Editor {
  return removed(editor.text, wordStart(editor.text, editor.cursor), editor.cursor);
}

export function removeToStart(editor: Editor): Editor {
  return removed(editor.text, 0, editor.cursor);
}

export function removeToEnd(editor: Editor): Editor {
  return removed(editor.text, editor.cursor, editor.text.length);
}

function removed(text: string, from: number, to: number): Editor {
  const rest = text.slice(0, from) + text.slice(to);
  return { text: rest, cursor: boundary(rest, from) };
}

function before(text: string, cursor: number): number {
  const last = graphemes(text.slice(0, cursor)).at(-1);
  return cursor - (last?.length ?? 0);
}

function after(text: string, cursor: number): number {
  const [next] = graphemes(text.slice(cursor));
  return cursor + (next?.length ?? 0);
}

/** The end of the grapheme that the index lies in: what is put together may have become one. */
function boundary(text: string, index: number): number {
  let at = 0;
  for (const grapheme of graphemes(text)) {
    if (at >= index) break;
    at += grapheme.length;
  }
  return at;
}

function wordStart(text: string, cursor: number): number {
  return cursor - (/\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
}
