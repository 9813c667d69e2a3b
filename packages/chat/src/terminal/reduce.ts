import type { Key } from "./key.ts";
import {
  addLine,
  changeRoom,
  changeShown,
  type LocalEvent,
  type NetworkEvent,
  outOfRoom,
  type State,
  show,
} from "./model.ts";
import { reduceKey } from "./reduce-key.ts";
import { reduceNetwork } from "./reduce-network.ts";
import { type Room, withAccepted } from "./room.ts";
import { atEnd } from "./scroll.ts";
import { enter } from "./typing.ts";

export type ScreenEvent = NetworkEvent | LocalEvent | { type: "key"; key: Key };

/** What is seen after something happened. Pure: `now` is milliseconds since 1970. */
export function reduce(state: State, event: ScreenEvent, now: number): State {
  switch (event.type) {
    case "key":
      return reduceKey(state, event.key);
    case "size":
      return { ...state, size: event.size };
    case "pulse":
      return { ...state, roundTrips: event.roundTrips };
    case "entered":
      // Whoever enters a line wants to see what comes of it.
      return changeShown({ ...state, typing: enter(state.typing) }, atEnd);
    case "show":
      return show(state, event.room);
    case "gone":
      return outOfRoom(state, event.room);
    case "clear":
      return changeShown(state, (room) => ({ ...atEnd(room), lines: [], readUpTo: undefined }));
    case "sending":
      return sending(state, event, now);
    case "accepted":
      return everywhere(state, (room) => withAccepted(room, event.id, event.at));
    case "failed": {
      const { id, fact, nextStep } = event;
      const without = everywhere(state, (room) => ({
        ...room,
        pending: room.pending.filter((one) => one.id !== id),
      }));
      return addLine(without, { kind: "problem", fact, nextStep }, now);
    }
    case "problem":
      return addLine(state, { kind: "problem", fact: event.fact, nextStep: event.nextStep }, now);
    case "answer":
      return event.lines.reduce((next, line) => addLine(next, { kind: "answer", ...line }, now), state);
    default:
      return reduceNetwork(state, event, now);
  }
}

/** Something of one's own is on its way. Whoever answers has read what is there. */
function sending(state: State, event: Extract<LocalEvent, { type: "sending" }>, now: number): State {
  const pending = { id: state.nextId, at: now, content: event.content };
  const changed = changeRoom(state, event.room, (room) => ({
    ...room,
    pending: [...room.pending, pending],
    readUpTo: undefined,
  }));
  return { ...changed, nextId: state.nextId + 1 };
}

function everywhere(state: State, change: (room: Room) => Room): State {
  return { ...state, rooms: state.rooms.map(change), nowhere: change(state.nowhere) };
}
