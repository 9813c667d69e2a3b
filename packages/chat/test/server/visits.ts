import { IpcError } from "@ipc-playground/contract";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import type { ServerMessage } from "../../src/protocol/server-message.ts";
import type { FrontDoor, Request, Visit } from "../../src/server/door.ts";

/** A visit at a door, without a connection. */
export function visiting(door: FrontDoor, limits: Partial<Limits> = {}): Visit {
  return door.visit({ once: () => {}, destroy: () => {} }, { ...DEFAULT_LIMITS, ...limits });
}

/** What a server says when it lets somebody in, and into a room. */
export const WELCOME: ServerMessage = {
  type: "welcome",
  version: 1,
  server: "test",
  nick: "ana",
  token: "t",
  rooms: [{ room: "lobby", epoch: "e", seq: 0, topic: "", owner: null, people: ["ana"] }],
  capabilities: [],
  online: 1,
};

/** Answers a request as a server might; nothing is the default. */
export type Answer = (request: Request, visit: Visit) => void;

/**
 * What a visit asks for by these bytes, and by their end (the door's own answers as latin1); then the code of the error that ended it. A request is
 * asked for when the one before it was answered, as a session does it.
 */
export function requests(
  visit: Visit,
  chunks: Iterable<string | Uint8Array>,
  answer: Answer = () => {},
): unknown[] {
  const found: unknown[] = [];
  const work = () => {
    for (let request = visit.next(); request !== null; request = visit.next()) {
      found.push(shown(request));
      answer(request, visit);
    }
  };
  try {
    for (const chunk of chunks) {
      visit.push(Buffer.from(chunk as string));
      work();
    }
    visit.end();
    work();
  } catch (error) {
    if (!(error instanceof IpcError)) throw error;
    found.push(error.code);
  }
  return found;
}

function shown(request: Request): unknown {
  if (request.kind === "answer") return Buffer.from(request.bytes).toString("latin1");
  return request.kind === "hello"
    ? request.hello
    : request.kind === "command"
      ? request.command
      : request.message;
}
