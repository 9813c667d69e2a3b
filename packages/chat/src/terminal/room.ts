import { fold } from "../protocol/names.ts";
import type { ServerMessageOf } from "../protocol/server-message.ts";
import type { Line, Pending } from "./line.ts";

/** Lines that are kept of each room. */
export const KEPT_LINES = 2_000;

/** Where one has scrolled to: so many rows of that line lie below the edge of the screen. */
export interface Place {
  readonly line: number;
  readonly hidden: number;
}

/** A room as one person sees it. */
export interface Room {
  readonly name: string;
  readonly lines: readonly Line[];
  /** One's own that are under way, in order. They stand below everything else. */
  readonly pending: readonly Pending[];
  readonly people: readonly string[];
  readonly owner: string | null;
  readonly topic: string;
  /** Messages that came while another room was shown. */
  readonly unread: number;
  /** Whether one of them names the person. */
  readonly mentioned: boolean;
  /** The last line that was read when another room was chosen. */
  readonly readUpTo: number | undefined;
  /** `undefined`: at the end, and following it. */
  readonly place: Place | undefined;
  /** Lines that came below what is seen. */
  readonly below: number;
}

export function newRoom(name: string): Room {
  return {
    name,
    lines: [],
    pending: [],
    people: [],
    owner: null,
    topic: "",
    unread: 0,
    mentioned: false,
    readUpTo: undefined,
    place: undefined,
    below: 0,
  };
}

/** A line is added at the end; the oldest makes room. */
export function withLine(room: Room, line: Line, shown: boolean): Room {
  const lines = room.lines.slice(-(KEPT_LINES - 1));
  lines.push(line);
  const said = line.kind === "message" || line.kind === "whisper";
  return {
    ...room,
    lines,
    unread: room.unread + (!shown && said ? 1 : 0),
    mentioned: room.mentioned || (!shown && line.kind === "message" && line.mentions),
    below: room.below + (room.place === undefined ? 0 : 1),
  };
}

/** The room is chosen: everything in it counts as read. */
export function opened(room: Room): Room {
  return { ...room, unread: 0, mentioned: false };
}

/** Another room is chosen: what comes from now on is new. */
export function closed(room: Room): Room {
  return { ...room, readUpTo: room.lines.at(-1)?.id };
}

/** A message came. One of one's own takes the place of what was under way. */
export function withMessage(
  room: Room,
  line: Line,
  message: ServerMessageOf<"message">,
  shown: boolean,
): Room {
  const settled = settle(room, (pending) => isBefore(pending, message));
  const isOwn = line.kind === "message" && line.own;
  const same = isOwn ? settled.pending.find((pending) => isCopy(pending, message)) : undefined;
  return withLine({ ...settled, pending: settled.pending.filter((one) => one !== same) }, line, shown);
}

/** The server has accepted it. Its copy may be there already, and is what is seen then. */
export function withAccepted(room: Room, id: number, accepted: Pending["accepted"]): Room {
  if (accepted === undefined) return settle(room, (pending) => pending.id === id);
  return {
    ...room,
    pending: room.pending.map((one) => (one.id === id ? { ...one, accepted } : one)),
  };
}

/** Pending ones become lines of the room: they were accepted, and no copy comes. */
export function settle(room: Room, isSettled: (pending: Pending) => boolean): Room {
  let settled = room;
  for (const { id, at, content } of room.pending.filter(isSettled)) {
    settled = withLine(settled, { id, at, ...content }, true);
  }
  return settled === room ? room : { ...settled, pending: room.pending.filter((one) => !isSettled(one)) };
}

function isBefore({ accepted }: Pending, { epoch, seq }: ServerMessageOf<"message">): boolean {
  return accepted !== undefined && (accepted.epoch !== epoch || accepted.seq < seq);
}

function isCopy({ accepted, content }: Pending, { epoch, seq, text }: ServerMessageOf<"message">): boolean {
  if (content.kind !== "message") return false;
  if (accepted !== undefined) return accepted.epoch === epoch && accepted.seq === seq;
  return content.text === text;
}

export function isCalled(name: string, room: Room): boolean {
  return fold(room.name) === fold(name);
}
