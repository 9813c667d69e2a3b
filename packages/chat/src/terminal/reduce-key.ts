import { fold } from "../protocol/names.ts";
import { COMMAND_WORDS } from "./commands.ts";
import type { Known } from "./complete.ts";
import type { Key } from "./key.ts";
import { layoutOf } from "./layout.ts";
import { changeShown, type State, show, shownRoom } from "./model.ts";
import { atEnd, scrolled } from "./scroll.ts";
import { type } from "./typing.ts";

/** How far `Home` goes. */
const TO_THE_TOP = Number.MAX_SAFE_INTEGER;
/** Lines in which those who spoke last are looked for. */
const SPOKE_LATELY = 100;

/** A key that does not send or leave. */
export function reduceKey(state: State, key: Key): State {
  const switched = switchedRoom(state, key);
  if (switched !== undefined) return switched;
  const by = scrollOf(state, key);
  if (by !== undefined) return scroll(state, by);
  const typing = type(state.typing, key, () => knownTo(state));
  return typing === undefined ? state : { ...state, typing };
}

/** Ctrl-N and Ctrl-P go around, Alt and a digit to that room. */
function switchedRoom(state: State, { name, ctrl, meta }: Key): State | undefined {
  const { rooms, shown } = state;
  const at = rooms.findIndex((room) => fold(room.name) === shown);
  let to: number | undefined;
  if (ctrl && (name === "n" || name === "p"))
    to = (at + (name === "n" ? 1 : -1) + rooms.length) % rooms.length;
  if (meta && /^[1-9]$/.test(name)) to = Number(name) - 1;
  if (to === undefined) return undefined;
  const room = rooms[to];
  return room === undefined ? state : show(state, room.name);
}

/** Rows to scroll up; `undefined`: the key is for something else. */
function scrollOf({ typing, size }: State, { name, ctrl, shift }: Key): number | undefined {
  // One row of the page before stays in sight.
  const page = Math.max(1, layoutOf(size).rows - 1);
  if (name === "pageup") return page;
  if (name === "pagedown") return -page;
  if (shift && name === "up") return 1;
  if (shift && name === "down") return -1;
  // In an empty line, there is nothing else for them to do.
  const free = ctrl || typing.editor.text === "";
  if (free && name === "home") return TO_THE_TOP;
  if ((free && name === "end") || name === "escape") return -TO_THE_TOP;
  return undefined;
}

function scroll(state: State, by: number): State {
  const { columns, rows } = layoutOf(state.size);
  return changeShown(state, (room) => (by === -TO_THE_TOP ? atEnd(room) : scrolled(room, columns, rows, by)));
}

function knownTo(state: State): Known {
  const { lines, people } = shownRoom(state);
  const spoke = lines
    .slice(-SPOKE_LATELY)
    .reverse()
    .flatMap((line) => (line.kind === "message" ? [line.from] : []));
  const present = new Set(people);
  const nicks = [...new Set([...spoke.filter((nick) => present.has(nick)), ...people.toSorted()])];
  return {
    commands: COMMAND_WORDS,
    nicks: nicks.filter((nick) => fold(nick) !== fold(state.me)),
    rooms: state.rooms.map(({ name }) => name),
  };
}
