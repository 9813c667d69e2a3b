import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import type { IpcError } from "@ipc-playground/contract";
import { type RoundTripSummary, systemClock } from "@ipc-playground/sockets";
import { type Hello, PROTOCOL_VERSION } from "../protocol/client-message.ts";
import { fold } from "../protocol/names.ts";
import type {
  Person,
  RoomState,
  RoomSummary,
  ServerMessage,
  ServerMessageOf,
} from "../protocol/server-message.ts";
import type { ChatEvents, ChatState, Receipt } from "./events.ts";
import { Link } from "./link.ts";
import type { ChatOptions } from "./options.ts";
import { alreadyClosed, Requests } from "./requests.ts";
import { Rooms } from "./rooms.ts";

/** Milliseconds in which the server must carry out what was asked before a goodbye, and hang up. */
const GOODBYE_MS = 10_000;

/** Nobody guesses 128 bits. */
const TOKEN_BYTES = 16;

/** What this client can do beyond the bare protocol. */
const CAPABILITIES = ["resume", "repeat", "ping"];

/**
 * Come to a chat server, and stay: who is cut off comes back by itself, and goes on where it was. Returns at
 * once; {@link ChatClient.whenOnline} and the events say how it goes.
 */
export function connectChat(options: ChatOptions): ChatClient {
  return new ChatClient(options);
}

/**
 * A person in the chat. It sees each message of its rooms once, in order, across all cuts; or, if the server no
 * longer has them, is told of a `gap`. What it says is seen once, too, if it is back while the server remembers
 * its messages (2 minutes).
 */
export class ChatClient extends EventEmitter<ChatEvents> implements Disposable, AsyncDisposable {
  readonly #options: ChatOptions;
  readonly #link: Link;
  readonly #requests: Requests;
  readonly #rooms = new Rooms();
  #nick: string;
  /** Made up here, so that the server knows this client again even if its first welcome got lost. */
  #token = randomBytes(TOKEN_BYTES).toString("base64url");
  /** Whether it has ever been welcome. */
  #isKnown = false;
  #error: IpcError | undefined;

  /** @internal {@link connectChat} makes these. */
  constructor(options: ChatOptions) {
    super();
    this.#options = options;
    this.#nick = options.nick;
    this.#link = new Link(options, () => this.#hello());
    this.#requests = new Requests(this.#link, options);
    this.#link.on("state", (state) => this.emit("state", state));
    this.#link.on("waiting", (delayMs, why) => this.emit("waiting", delayMs, why));
    this.#link.on("raw", (message) => this.emit("raw", message));
    this.#link.on("message", (message) => this.#take(message));
    this.#link.on("closed", (error) => {
      this.#error = error;
      this.emit("closed", error);
    });
  }

  get state(): ChatState {
    return this.#link.state;
  }

  /** As the server has it: it may have been changed. */
  get nick(): string {
    return this.#nick;
  }

  /** Those that it is in, as the server writes them. */
  get rooms(): readonly string[] {
    return this.#rooms.names;
  }

  /** Who is in a room that it is in, itself included. */
  people(room: string): readonly string[] {
    return this.#rooms.people(room);
  }

  get roundTrips(): RoundTripSummary {
    return this.#link.roundTrips;
  }

  /** Tries that failed since it was last steadily connected. */
  get failures(): number {
    return this.#link.failures;
  }

  /** Messages and requests that are not answered yet. */
  get unanswered(): number {
    return this.#requests.size;
  }

  /**
   * Resolves when it is in, now or after some tries.
   *
   * @throws {IpcError} what closed it before; ALREADY_CLOSED: `close()` or `quit()` did.
   */
  async whenOnline(): Promise<void> {
    if (this.state === "online") return;
    if (this.state === "closed") throw this.#error ?? alreadyClosed();
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        this.off("welcome", settle);
        this.off("closed", settle);
        if (this.state === "closed") reject(this.#error ?? alreadyClosed());
        else resolve();
      };
      this.on("welcome", settle);
      this.on("closed", settle);
    });
  }

  /**
   * Say something in a room; resolves when the server has accepted it. Without a connection it waits, and after a
   * cut it is sent again, by the same id: the server takes it once.
   *
   * @throws {IpcError} CHAT_REFUSED: the server does not take it. OUTBOX_FULL, FRAME_TOO_LONG
   * @throws {IpcError} ALREADY_CLOSED; CONNECTION_LOST, or what closed the client meanwhile: it may have been said.
   */
  async say(room: string, text: string): Promise<Receipt> {
    const ack = await this.#requests.ask({ type: "say", room, text }, "ack", { repeats: true });
    return { room: ack.room ?? room, epoch: ack.epoch ?? "", seq: ack.seq ?? 0 };
  }

  /** Say something to one person; like {@link say}, through all cuts. */
  async whisper(to: string, text: string): Promise<void> {
    await this.#requests.ask({ type: "whisper", to, text }, "ack", { repeats: true });
  }

  // What follows is asked once. It waits for a connection that is on its way; if that fails, or goes before the
  // answer, it rejects with CONNECTION_LOST, and nobody knows whether it was done.

  async setNick(nick: string): Promise<void> {
    await this.#requests.ask({ type: "nick", nick }, "done");
  }

  async join(room: string): Promise<RoomState> {
    const { type: _, id: __, ...state } = await this.#requests.ask({ type: "join", room }, "room");
    return state;
  }

  async leave(room: string): Promise<void> {
    await this.#requests.ask({ type: "leave", room }, "done");
  }

  /** Who is in a room, or on the whole server. */
  async list(room?: string): Promise<Person[]> {
    const asked = { type: "people", ...(room !== undefined && { room }) } as const;
    return (await this.#requests.ask(asked, "people")).people;
  }

  async listRooms(): Promise<RoomSummary[]> {
    return (await this.#requests.ask({ type: "rooms" }, "rooms")).rooms;
  }

  async setTopic(room: string, topic: string): Promise<void> {
    await this.#requests.ask({ type: "topic", room, topic }, "done");
  }

  async kick(room: string, nick: string, reason?: string): Promise<void> {
    const asked = { type: "kick", room, nick, ...(reason !== undefined && { reason }) } as const;
    await this.#requests.ask(asked, "done");
  }

  /**
   * Say goodbye; resolves when it is over. What was asked before is carried out first, for at most 10 s; without
   * a connection it is given up.
   */
  async quit(reason?: string): Promise<void> {
    if (this.state === "closed") return;
    const over = new Promise<void>((resolve) => this.once("closed", () => resolve()));
    if (this.state !== "online") this.close();
    else {
      this.#link.leave();
      this.#requests.quit(reason);
    }
    const clock = this.#options.clock ?? systemClock;
    const callOff = clock.after(GOODBYE_MS, () => this.close());
    await over;
    callOff();
  }

  /** Hang up at once. The server holds the nickname for a while: somebody who was cut off might be back. */
  close(): void {
    this.#link.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  #hello(): Hello {
    const { password, rooms } = this.#options;
    return {
      type: "hello",
      version: PROTOCOL_VERSION,
      nick: this.#nick,
      token: this.#token,
      capabilities: CAPABILITIES,
      ...(password !== undefined && { password }),
      ...(this.#isKnown
        ? // No rooms but these: somebody who has left them all wants to be in none.
          { rooms: [], resume: this.#rooms.resume() }
        : rooms !== undefined && { rooms: [...rooms] }),
    };
  }

  /** Keep what it changes, and tell whoever listens, in an order that can be followed. */
  #take(message: ServerMessage): void {
    const isAnswer = this.#requests.answered(message);
    const { repeat, gaps, people } = this.#rooms.take(message);
    if (repeat) return;
    if (message.type === "welcome") this.#welcomed(message);
    for (const room of gaps) this.emit("gap", room);
    if (message.type === "renamed" && fold(message.from) === fold(this.#nick)) this.#nick = message.to;
    if (message.type === "error" && !isAnswer) this.emit("refused", message);
    if (isTold(message)) this.emit(message.type, message as never);
    for (const room of people) this.emit("people", room, this.people(room));
  }

  #welcomed(welcome: ServerMessageOf<"welcome">): void {
    const again = this.#isKnown;
    this.#isKnown = true;
    this.#token = welcome.token;
    this.#nick = welcome.nick;
    this.emit("state", "online");
    this.emit("welcome", welcome, again);
    this.#requests.pump();
  }
}

/** What a client offers besides its events: whoever needs no more can be given something else. */
export type ChatClientSurface = Pick<ChatClient, Exclude<keyof ChatClient, keyof EventEmitter>>;

/** Messages that are an event of the same name, and nothing more. */
const TOLD = [
  "message",
  "whisper",
  "joined",
  "left",
  "renamed",
  "topic",
  "owner",
  "kicked",
  "notice",
  "shutdown",
] as const;

function isTold(message: ServerMessage): message is ServerMessageOf<(typeof TOLD)[number]> {
  return (TOLD as readonly string[]).includes(message.type);
}
