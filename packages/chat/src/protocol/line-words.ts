import { visible } from "@ipc-playground/sockets";
import type { Person, RoomState, ServerMessage } from "./server-message.ts";

/** So many names are told to somebody who comes into a room. */
const LISTED = 20;

/**
 * A message of the server in words, for a screen that shows nothing but lines. What strangers wrote is made
 * visible: `nc` prints whatever it gets. `null`: nothing to say.
 */
export function wordsOf(message: ServerMessage, here: boolean): string | null {
  switch (message.type) {
    case "message":
      return `${here ? "" : `#${message.room} `}<${message.from}> ${visible(message.text)}`;
    case "whisper":
      return `[${message.from}] ${visible(message.text)}`;
    case "joined":
      return `* ${message.nick} joined ${message.room} (${count(message.count, "person", "people")}).`;
    case "left":
      return `* ${message.nick} left ${message.room}: ${visible(message.reason)} (${count(message.count, "person", "people")}).`;
    case "renamed":
      return `* ${message.from} is called ${message.to} now.`;
    case "topic":
      return `* ${message.by} says ${message.room} is about: ${visible(message.topic) || "nothing"}`;
    case "owner":
      return `* ${message.room} is ${message.nick}'s now.`;
    case "kicked":
      return `* ${message.by} sent you ${message.room === undefined ? "away" : `out of ${message.room}`}${message.reason === "" ? "." : `: ${visible(message.reason)}`}`;
    case "notice":
      return `* The operator: ${visible(message.text)}`;
    case "shutdown":
      return `* The server stops. ${message.backInMs > 0 ? `Come back in ${Math.ceil(message.backInMs / 1_000)} s.` : "Goodbye."}`;
    case "error":
      return `! ${message.code}: ${visible(message.fact)}; ${visible(message.nextStep)}`;
    case "done":
      return `* ${capital(message.what)}.`;
    case "welcome":
      return welcome(message);
    case "room":
      return roomLine(message);
    case "people":
      return people(message.people);
    case "rooms":
      return message.rooms
        .map(
          ({ room, count: n, topic }) =>
            `* ${room}: ${count(n, "person", "people")}${topic === "" ? "" : `. ${visible(topic)}`}`,
        )
        .join("\n");
    case "ack":
      return null;
  }
}

function welcome({ server, nick, online, rooms }: Extract<ServerMessage, { type: "welcome" }>): string {
  const greeting = `* Welcome to ${server}, ${nick}. ${count(online, "person", "people")} online. /help lists the commands.`;
  return [greeting, ...rooms.map(roomLine)].join("\n");
}

function roomLine({ room, people, topic }: RoomState): string {
  const names = `${people.slice(0, LISTED).join(", ")}${people.length > LISTED ? ", …" : ""}`;
  const company = people.length === 1 ? "alone" : `one of ${people.length} people: ${names}`;
  return `* You are in ${room}, ${company}.${topic === "" ? "" : ` ${visible(topic)}`}`;
}

function people(list: readonly Person[]): string {
  const rows = list.map(({ nick, from, door, rooms, since }) => {
    const time = new Date(since).toISOString().slice(11, 16);
    return `*   ${nick.padEnd(12)} ${from.padEnd(21)} ${door.padEnd(6)} since ${time} UTC  ${rooms.join(", ")}`;
  });
  return [`* ${count(list.length, "person", "people")}:`, ...rows].join("\n");
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
