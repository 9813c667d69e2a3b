import { EventEmitter } from "node:events";
import type { ChatEvents, ChatState, Receipt } from "../../dist/client/events.js";
import type { Person, RoomState, RoomSummary, ServerMessageOf } from "../../dist/protocol/server-message.js";
import type { Chat } from "../../dist/terminal/client.js";

/** A client whose server is the test: what it is asked is recorded, and answered when the test says so. */
export class FakeClient extends EventEmitter<ChatEvents> implements Chat {
  state: ChatState = "connecting";
  nick = "ana";
  rooms: string[] = [];
  failures = 0;
  roundTrips = { count: 0, lastMs: null, meanMs: null, p99Ms: null } as Chat["roundTrips"];
  /** `say lobby hello`, `quit`. */
  readonly asked: string[] = [];
  /** Answers to `say` and `whisper`, in the order in which they were asked. */
  readonly answers: { accept: (receipt: Receipt) => void; refuse: (error: Error) => void }[] = [];
  /** Those who are listed. */
  persons: Person[] = [];

  say(room: string, text: string): Promise<Receipt> {
    return this.#sent(`say ${room} ${text}`);
  }

  async whisper(to: string, text: string): Promise<void> {
    await this.#sent(`whisper ${to} ${text}`);
  }

  async setNick(nick: string): Promise<void> {
    this.asked.push(`nick ${nick}`);
  }

  async join(room: string): Promise<RoomState> {
    this.asked.push(`join ${room}`);
    const state = roomState(room, [this.nick]);
    this.rooms = [...this.rooms, room];
    this.emit("raw", { type: "room", ...state });
    this.emit("people", room, state.people);
    return state;
  }

  async leave(room: string): Promise<void> {
    this.asked.push(`leave ${room}`);
    this.rooms = this.rooms.filter((name) => name !== room);
    this.emit("people", room, []);
  }

  async list(): Promise<Person[]> {
    this.asked.push("list");
    return this.persons;
  }

  async listRooms(): Promise<RoomSummary[]> {
    this.asked.push("rooms");
    return this.rooms.map((room) => ({ room, count: 1, topic: "" }));
  }

  async setTopic(room: string, topic: string): Promise<void> {
    this.asked.push(`topic ${room} ${topic}`);
  }

  async kick(room: string, nick: string, reason = ""): Promise<void> {
    this.asked.push(`kick ${room} ${nick} ${reason}`);
  }

  async quit(): Promise<void> {
    this.asked.push("quit");
    this.close();
  }

  close(): void {
    if (this.state === "closed") return;
    this.turn("closed");
    this.emit("closed", undefined);
  }

  turn(state: ChatState): void {
    this.state = state;
    this.emit("state", state);
  }

  /** The server lets this one in. */
  welcome(rooms = [roomState("lobby", ["ana", "ben"])], again = false): void {
    this.rooms = rooms.map(({ room }) => room);
    const message = welcomeTo(this.nick, rooms);
    this.emit("raw", message);
    this.turn("online");
    this.emit("welcome", message, again);
    for (const { room, people } of rooms) this.emit("people", room, people);
  }

  /** Somebody says something. */
  hear(from: string, text: string, room = "lobby", seq = 1): void {
    this.emit("message", { type: "message", room, epoch: "e", seq, from, text, at: 0 });
  }

  #sent(what: string): Promise<Receipt> {
    this.asked.push(what);
    return new Promise((accept, refuse) => this.answers.push({ accept, refuse }));
  }
}

export function roomState(room: string, people: string[], topic = ""): RoomState {
  return { room, epoch: "e", seq: 0, topic, owner: null, people };
}

export function welcomeTo(nick: string, rooms: RoomState[]): ServerMessageOf<"welcome"> {
  const rest = { version: 1, server: "chat", token: "t", capabilities: [], online: 2 };
  return { type: "welcome", nick, rooms, ...rest };
}
