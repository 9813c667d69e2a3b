import { fold } from "../protocol/names.ts";
import type { ServerMessageOf } from "../protocol/server-message.ts";
import {
  addLine,
  changeRoom,
  inRoom,
  isMe,
  type Link,
  type NetworkEvent,
  outOfRoom,
  type State,
  show,
} from "./model.ts";
import { settle, withMessage } from "./room.ts";

/** What the client tells, as it changes what is seen. `now`: milliseconds since 1970. */
export function reduceNetwork(state: State, event: NetworkEvent, now: number): State {
  switch (event.type) {
    case "link":
      return link(state, event.link, now);
    case "welcomed":
      return welcomed(state, event, now);
    case "room":
      return room(state, event, now);
    case "here":
      return changeRoom(state, event.room, (room) => ({ ...room, people: event.nicks }));
    case "message":
      return message(state, event);
    case "whisper":
      return addLine(state, { kind: "whisper", ...event, own: false }, event.at);
    case "gap":
      return gap(state, event.room, now);
    case "kicked":
      return kicked(state, event, now);
    case "error":
      return addLine(state, { kind: "problem", fact: event.fact, nextStep: event.nextStep }, now);
    case "notice":
      return notice(state, "*", `the operator: ${event.text}`, event.at);
    case "shutdown": {
      const back = event.backInMs > 0 ? `back in ${Math.ceil(event.backInMs / 1_000)} s` : "goodbye";
      return notice(state, "*", `the server stops: ${back}`, now);
    }
    default:
      return inARoom(state, event, now);
  }
}

/** What happens in a room, and is a line of it. */
function inARoom(
  state: State,
  event: ServerMessageOf<"joined" | "left" | "renamed" | "topic" | "owner">,
  now: number,
): State {
  switch (event.type) {
    case "joined":
      return notice(state, "→", `${event.nick} joined${company(event.count)}`, event.at, event.room);
    case "left": {
      const how = event.reason === "left" || event.reason === "" ? "left" : `left: ${event.reason}`;
      return notice(state, "←", `${event.nick} ${how}${company(event.count)}`, event.at, event.room);
    }
    case "renamed":
      return renamed(state, event);
    case "topic": {
      const about = event.topic === "" ? "nothing in particular" : event.topic;
      const changed = changeRoom(state, event.room, (room) => ({ ...room, topic: event.topic }));
      return notice(changed, "*", `${event.by} says that this room is about: ${about}`, event.at, event.room);
    }
    case "owner": {
      const changed = changeRoom(state, event.room, (room) => ({ ...room, owner: event.nick }));
      return notice(changed, "*", `this room is ${event.nick}'s now`, now, event.room);
    }
  }
}

function notice(state: State, sign: string, text: string, at: number, room?: string): State {
  return addLine(state, { kind: "notice", sign, text }, at, room);
}

function company(count: number): string {
  return ` · ${count === 1 ? "1 person" : `${count} people`}`;
}

function link(state: State, link: Link, now: number): State {
  const changed = { ...state, link };
  if (link.state !== "waiting" || state.link.state !== "online") return changed;
  return notice(changed, "*", `cut off: ${link.why}`, now);
}

function welcomed(
  state: State,
  { welcome, again }: Extract<NetworkEvent, { type: "welcomed" }>,
  now: number,
): State {
  let next: State = { ...state, me: welcome.nick };
  for (const room of welcome.rooms) next = inRoom(next, room);
  const here = new Set(welcome.rooms.map(({ room }) => fold(room)));
  for (const { name } of state.rooms) if (!here.has(fold(name))) next = outOfRoom(next, name);
  const last = welcome.rooms.at(-1);
  if (next.shown === undefined && last !== undefined) next = show(next, last.room);
  if (again) {
    const lost = welcome.rooms.some(({ recovered }) => recovered === false);
    return notice(next, "*", lost ? "here again" : "here again; nothing was missed", now);
  }
  const online = `${welcome.online === 1 ? "nobody else is" : `${welcome.online} people are`} online`;
  return notice(
    next,
    "*",
    `welcome to ${welcome.server}, ${welcome.nick}; ${online}; /help lists the commands`,
    now,
  );
}

function room(state: State, event: ServerMessageOf<"room">, now: number): State {
  const entered = inRoom(state, event);
  if (entered.rooms.length === state.rooms.length) return entered;
  const others = event.people.filter((nick) => !isMe(state, nick));
  const some = others.slice(0, 3).join(", ");
  const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
  const about = event.topic === "" ? "" : `; it is about: ${event.topic}`;
  const company = others.length === 0 ? "alone" : `with ${some}${more}`;
  return notice(entered, "*", `you are in ${event.room}, ${company}${about}`, now, event.room);
}

function message(state: State, event: ServerMessageOf<"message">): State {
  const { from, text, at } = event;
  const own = isMe(state, from);
  const mentions = !own && names(text, state.me);
  const line = { id: state.nextId, at, kind: "message", from, text, own, mentions } as const;
  return {
    ...changeRoom(state, event.room, (room, shown) => withMessage(room, line, event, shown)),
    nextId: state.nextId + 1,
  };
}

/** Whether the name stands in the text as a word. */
function names(text: string, nick: string): boolean {
  return fold(text)
    .split(/[^a-z0-9_-]+/)
    .includes(fold(nick));
}

function gap(state: State, room: string, now: number): State {
  // What was accepted before is among what is lost: no copy of it comes.
  const settled = changeRoom(state, room, (old) => settle(old, ({ accepted }) => accepted !== undefined));
  return addLine(settled, { kind: "gap" }, now, room);
}

function renamed(state: State, { from, to, at }: ServerMessageOf<"renamed">): State {
  const where = state.rooms.filter(({ people }) =>
    people.some((nick) => [fold(from), fold(to)].includes(fold(nick))),
  );
  let next = isMe(state, from) ? { ...state, me: to } : state;
  for (const { name } of where) next = notice(next, "*", `${from} is called ${to} now`, at, name);
  return next;
}

function kicked(state: State, { room, by, reason }: ServerMessageOf<"kicked">, now: number): State {
  const out = room === undefined ? state : outOfRoom(state, room);
  const where = room === undefined ? "away" : `out of ${room}`;
  return notice(out, "!", `${by} sent you ${where}${reason === "" ? "" : `: ${reason}`}`, now);
}
