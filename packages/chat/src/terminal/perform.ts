import { IpcError } from "@ipc-playground/contract";
import { helpAnswer, peopleAnswer, roomsAnswer } from "./answers.ts";
import type { Chat } from "./client.ts";
import type { readTyped } from "./commands.ts";
import { harmless, harmlessText } from "./harmless.ts";
import type { LocalEvent, State } from "./model.ts";
import { statusAnswer } from "./status-words.ts";

export type Request = ReturnType<typeof readTyped>;

/** The screen, for what is asked for there. */
export interface Desk {
  readonly client: Chat;
  readonly state: State;
  tell(event: LocalEvent): void;
}

/** Do what was typed, and tell what comes of it. Never throws. */
export async function perform(request: Request, desk: Desk): Promise<void> {
  if ("code" in request) {
    desk.tell(harmless({ type: "problem", fact: request.fact, nextStep: request.nextStep }));
    return;
  }
  if (request.type === "say" || request.type === "whisper") return send(request, desk);
  try {
    await obey(request, desk);
  } catch (error) {
    desk.tell({ type: "problem", ...wordsOf(error) });
  }
}

async function obey(
  request: Exclude<Request, { code: string }>,
  { client, state, tell }: Desk,
): Promise<void> {
  switch (request.type) {
    case "help":
      return tell({ type: "answer", lines: helpAnswer() });
    case "status":
      return tell({ type: "answer", lines: statusAnswer(state, Date.now()) });
    case "clear":
      return tell({ type: "clear" });
    case "nick":
      return client.setNick(request.nick);
    case "join": {
      const { room } = await client.join(request.room);
      return tell({ type: "show", room: harmlessText(room) });
    }
    case "leave":
      await client.leave(request.room);
      return tell({ type: "gone", room: harmlessText(request.room) });
    case "people": {
      const people = harmless(await client.list(request.room));
      return tell({ type: "answer", lines: peopleAnswer(people, Date.now()) });
    }
    case "rooms":
      return tell({ type: "answer", lines: roomsAnswer(harmless(await client.listRooms())) });
    case "topic":
      return client.setTopic(request.room, request.topic);
    case "kick":
      return client.kick(request.room, request.nick, request.reason);
    case "quit":
      return client.quit(request.reason);
  }
}

/** Say or whisper: it is seen at once, and marked until the server has accepted it. */
async function send(
  request: Extract<Request, { type: "say" | "whisper" }>,
  { client, state, tell }: Desk,
): Promise<void> {
  const id = state.nextId;
  const text = harmlessText(request.text);
  const mine = { from: state.me, text, own: true } as const;
  try {
    if (request.type === "say") {
      tell({ type: "sending", room: request.room, content: { kind: "message", mentions: false, ...mine } });
      const { epoch, seq } = await client.say(request.room, request.text);
      tell({ type: "accepted", id, at: { epoch, seq } });
    } else {
      const content = { kind: "whisper", to: harmlessText(request.to), ...mine } as const;
      tell({ type: "sending", room: state.shown ?? "", content });
      await client.whisper(request.to, request.text);
      tell({ type: "accepted", id });
    }
  } catch (error) {
    tell({ type: "failed", id, ...wordsOf(error) });
  }
}

/** An error as two sentences of which the second says what to do. */
export function wordsOf(error: unknown): { fact: string; nextStep: string } {
  if (error instanceof IpcError) return harmless({ fact: error.fact, nextStep: error.nextStep });
  throw error;
}
