import { fold } from "../protocol/names.ts";
import { colorOf, WARNING } from "./colors.ts";
import type { Editor } from "./editor.ts";
import { isMe, type State, shownRoom } from "./model.ts";
import type { Room } from "./room.ts";
import { columnsOf, cut, cutRow, graphemes, type Row, rowColumns, type Span } from "./span.ts";
import { linkSign, linkWords, roundTripWords } from "./status-words.ts";

/** The rooms, each with what is unread in it; behind them what the room that is seen is about. */
export function tabsRow(state: State, columns: number): Row {
  if (state.rooms.length === 0)
    return [{ text: cut(" no room; /join ROOM goes into one", columns), dim: true }];
  const tabs = state.rooms.map((room, at) => tab(room, at, fold(room.name) === state.shown));
  const seen = tabs.slice(firstTab(tabs, state, columns));
  const row = seen.flat();
  const { topic } = shownRoom(state);
  const left = columns - rowColumns(row) - 2;
  // A few characters of a topic are no topic.
  if (topic === "" || left < 12) return cutRow(row, columns);
  return [...row, { text: `  ${cut(topic, left)}`, dim: true, italic: true }];
}

function tab({ name, unread, mentioned }: Room, at: number, isShown: boolean): Span[] {
  const number = at < 9 ? `${at + 1}:` : "";
  if (isShown) return [{ text: ` ${number}${name} `, bold: true, inverse: true }];
  if (unread === 0) return [{ text: ` ${number}${name} `, dim: true }];
  return [
    { text: ` ${number}${name} `, bold: true },
    { text: `${unread} `, bold: true, ...(mentioned && { color: WARNING, inverse: true }) },
  ];
}

/** The first that is seen, so that the one that is chosen fits in. */
function firstTab(tabs: readonly Span[][], state: State, columns: number): number {
  const chosen = state.rooms.findIndex((room) => fold(room.name) === state.shown);
  let first = chosen;
  let used = rowColumns(tabs[chosen] ?? []);
  while (first > 0) {
    used += rowColumns(tabs[first - 1] as Row);
    if (used > columns) break;
    first--;
  }
  return Math.max(0, first);
}

/** What Tab offers while it goes through it; else the connection, and as much of the rest as fits. */
export function statusRow(state: State, columns: number, now: number): Row {
  const { completion } = state.typing;
  if (completion !== undefined && completion.candidates.length > 1) {
    const { candidates, at } = completion;
    const offered = candidates.slice(Math.max(0, at - 3));
    return cutRow(
      offered.flatMap((name) => [candidate(name, name === candidates[at]), { text: " " }]),
      columns,
    );
  }
  const { below } = shownRoom(state);
  const isBack = shownRoom(state).place !== undefined;
  const news: Row = isBack
    ? [
        { text: below === 0 ? " scrolled back, Esc: end " : ` ${below} new ↓ `, inverse: true, bold: true },
        { text: " " },
      ]
    : [];
  const link: Row = [linkSign(state.link), { text: ` ${linkWords(state.link, now)}` }];
  if (state.link.state !== "online") return cutRow([...news, ...link], columns);
  const head = [...news, ...link];
  const whole = [...head, ...joined(restOf(state, true))];
  return rowColumns(whole) <= columns ? whole : fitting(head, restOf(state, false), columns);
}

function candidate(name: string, isChosen: boolean): Span {
  return { text: ` ${name} `, ...(isChosen ? { inverse: true } : { dim: true }) };
}

/** A part of the status line. Where there is no room, the lowest goes first. */
interface Part {
  spans: Row;
  goes: number;
}

function restOf(state: State, long: boolean): Part[] {
  const trips = roundTripWords(state.roundTrips, long);
  const room = shownRoom(state).name;
  const dim = (text: string): Row => [{ text, dim: true }];
  return [
    ...(room === "" ? [] : [{ spans: dim(`in ${room}`), goes: 1 }]),
    {
      spans: [
        { text: "as ", dim: true },
        { text: state.me, bold: true, color: colorOf(state.me) },
      ],
      goes: 3,
    },
    { spans: dim(`at ${state.server}`), goes: 2 },
    ...(trips === undefined ? [] : [{ spans: dim(`· ${trips}`), goes: 4 }]),
  ];
}

function joined(parts: readonly Part[]): Row {
  return parts.flatMap(({ spans }) => [{ text: " " }, ...spans]);
}

function fitting(head: Row, rest: readonly Part[], columns: number): Row {
  const row = [...head, ...joined(rest)];
  if (rowColumns(row) <= columns || rest.length === 0) return cutRow(row, columns);
  const first = Math.min(...rest.map(({ goes }) => goes));
  return fitting(
    head,
    rest.filter(({ goes }) => goes !== first),
    columns,
  );
}

/** Who is in the room, in so many rows: how many, then the names. */
export function peopleRows(state: State, columns: number, rows: number): Row[] {
  const { people, owner } = shownRoom(state);
  const names = people.toSorted((a, b) => fold(a).localeCompare(fold(b)));
  const heading = { text: `${people.length} ${people.length === 1 ? "person" : "people"}`, dim: true };
  const fits = names.length + 1 <= rows ? names.length : rows - 2;
  const listed = names.slice(0, Math.max(0, fits)).map((nick): Row => {
    const isOwner = owner !== null && fold(owner) === fold(nick);
    const name = {
      text: cut(nick, columns - (isOwner ? 2 : 0)),
      color: colorOf(nick),
      bold: isMe(state, nick),
    };
    return isOwner ? [name, { text: " ★", dim: true }] : [name];
  });
  const more: Row[] =
    fits < names.length ? [[{ text: `and ${names.length - Math.max(0, fits)} more`, dim: true }]] : [];
  return [[heading], ...listed, ...more].slice(0, rows);
}

/** The input line, and the column of the cursor in it. A long line is seen around the cursor. */
export function inputRow(state: State, columns: number): { row: Row; cursor: number } {
  const room = shownRoom(state).name;
  // At least two thirds are for what is typed.
  const prompt = `${cut(room, Math.max(0, Math.floor(columns / 3) - 3))} › `.trimStart();
  const width = Math.max(1, columns - columnsOf(prompt) - 1);
  const { before, after } = windowOn(state.typing.editor, width);
  const row = [{ text: prompt, bold: true }, { text: before + after }];
  return { row, cursor: Math.min(columns - 1, columnsOf(prompt) + columnsOf(before)) };
}

function windowOn({ text, cursor }: Editor, width: number): { before: string; after: string } {
  let head = graphemes(text.slice(0, cursor));
  // By half a window at a time: the text stands still while one types.
  while (columnsOf(head.join("")) > width) head = head.slice(Math.max(1, width >> 1));
  const before = head.join("");
  let after = "";
  let used = columnsOf(before);
  for (const grapheme of graphemes(text.slice(cursor))) {
    used += columnsOf(grapheme);
    if (used > width) break;
    after += grapheme;
  }
  return { before, after };
}
