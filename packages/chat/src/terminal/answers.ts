import type { Person, RoomSummary } from "../protocol/server-message.ts";
import { colorOf, GOOD } from "./colors.ts";
import { ALL_COMMANDS } from "./commands.ts";
import { clock } from "./line-rows.ts";
import type { Row } from "./span.ts";

/** A space at which a row is not broken. */
const NO_BREAK = "\u00a0";

/** A row, and the column at which what does not fit goes on below it. */
export interface AnswerLine {
  row: Row;
  indent: number;
}

export function helpAnswer(): AnswerLine[] {
  const known = [...ALL_COMMANDS, ...KEYS];
  const width = Math.max(...known.map(({ usage }) => usage.length)) + 2;
  const lines = known.map(({ usage, says }) => ({
    row: [
      { text: `  ${usage.padEnd(width)}`, bold: true },
      { text: says, dim: true },
    ],
    indent: 2 + width,
  }));
  return [{ row: [{ text: "Commands and keys", bold: true }], indent: 0 }, ...lines];
}

const KEYS = [
  { usage: "Tab", says: "complete a name or a command; again: the next one" },
  { usage: "↑ ↓", says: "what was typed before" },
  { usage: "PgUp PgDn Home End", says: "scroll; Esc goes back to the end" },
  { usage: "Ctrl-N Ctrl-P Alt-1…9", says: "another room" },
  { usage: "Ctrl-C", says: "go" },
];

/** Who is here, from where, by which door, in which rooms, since when. */
export function peopleAnswer(people: readonly Person[], now: number): AnswerLine[] {
  const nickWidth = Math.max(0, ...people.map(({ nick }) => nick.length));
  const fromWidth = Math.max(0, ...people.map(({ from }) => from.length));
  const rows = people.map(({ nick, from, door, rooms, since }) => [
    { text: `  ${nick.padEnd(nickWidth)}  `, bold: true, color: colorOf(nick) },
    { text: `${from.padEnd(fromWidth)}  `, dim: true },
    { text: `${door.padEnd(6)}  ` },
    { text: `since ${timeOf(since, now)}`.replaceAll(" ", NO_BREAK), dim: true },
    { text: "  " },
    { text: rooms.join(", "), color: GOOD },
  ]);
  return [heading(people.length, "person", "people"), ...rows.map((row) => ({ row, indent: nickWidth + 4 }))];
}

export function roomsAnswer(rooms: readonly RoomSummary[]): AnswerLine[] {
  const width = Math.max(0, ...rooms.map(({ room }) => room.length));
  const lines = rooms.map(({ room, count, topic }) => [
    { text: `  ${room.padEnd(width)}  `, bold: true },
    { text: `${String(count).padStart(3)} ${count === 1 ? "person " : "people "} ` },
    { text: topic, dim: true },
  ]);
  return [heading(rooms.length, "room", "rooms"), ...lines.map((row) => ({ row, indent: width + 4 }))];
}

function heading(count: number, one: string, many: string): AnswerLine {
  return { row: [{ text: `${count} ${count === 1 ? one : many}`, bold: true }], indent: 0 };
}

/** `21:04`, with the day where it was another. */
function timeOf(at: number, now: number): string {
  const day = new Date(at).toDateString();
  return day === new Date(now).toDateString() ? clock(at) : `${day.slice(4, 10)} ${clock(at)}`;
}
