import type { Socket } from "node:net";
import { type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { type Framed, framed } from "@ipc-playground/framing/node";
import type { Log, ProcessContext } from "@ipc-playground/lab-kit";
import { connect, goodbye } from "@ipc-playground/sockets";
import { SERVER_FRAME_BYTES } from "../limits.ts";
import { type ClientMessage, type Hello, PROTOCOL_VERSION } from "../protocol/client-message.ts";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-message.ts";
import { isTold, told } from "./telling.ts";

/** The host that all demos use. */
export const HERE = "127.0.0.1";

type Introduction = Pick<Hello, "nick" | "token" | "rooms" | "resume">;

/** A client without a library: frames out, frames in, each told to the log. It reads only while it waits for something. */
export class Guest {
  readonly socket: Socket;
  /** Whether the log is told what it writes and reads. */
  telling = true;
  /** Is shown every message that is read. */
  onMessage: (message: ServerMessage) => void = () => {};
  readonly #wire: Framed<JsonMessage>;
  readonly #heard: AsyncIterator<JsonMessage>;
  readonly #log: Log;

  private constructor(socket: Socket, log: Log) {
    this.socket = socket;
    this.#wire = framed(socket, json(lengthPrefixed({ max: SERVER_FRAME_BYTES })));
    // A connection that breaks is told to whoever waits for a message.
    this.#wire.on("error", () => {});
    this.#heard = this.#wire.iterator({ destroyOnReturn: false });
    this.#log = log;
  }

  /** Connect to the port that the director says. */
  static async arrive({ number, log }: ProcessContext): Promise<Guest> {
    return new Guest(await connect({ host: HERE, port: number("port") }), log);
  }

  /** Connect, and come in. */
  static async enter(
    context: ProcessContext,
    introduction: Introduction,
  ): Promise<{ guest: Guest; welcome: ServerMessageOf<"welcome"> }> {
    const guest = await Guest.arrive(context);
    guest.greet(introduction);
    return { guest, welcome: await guest.next("welcome") };
  }

  greet(introduction: Introduction): void {
    this.send({ type: "hello", version: PROTOCOL_VERSION, ...introduction });
  }

  send(message: ClientMessage): void {
    if (this.telling && isTold(message)) this.#log.event("write", told("write", message));
    this.#wire.write(message as JsonMessage);
  }

  say(text: string, id?: string): void {
    this.send({ type: "say", room: "lobby", text, ...(id !== undefined && { id }) });
  }

  /** The same words so many times, in one write(2). */
  sayTogether(text: string, times: number): void {
    const message: ClientMessage = { type: "say", room: "lobby", text };
    const bytes = Buffer.concat(json(lengthPrefixed()).encode(message as JsonMessage));
    this.#log.event("write", { ...told("write", message), result: `${times} × "${text}"` });
    this.socket.write(Buffer.concat(Array.from({ length: times }, () => bytes)));
  }

  /** Hear so many messages, in one line of the log. */
  async hearsAll(count: number): Promise<void> {
    this.telling = false;
    const first = await this.next("message");
    for (let heard = 1; heard < count; heard++) await this.next("message");
    this.telling = true;
    this.#log.event("read all", { ...told("read", first), result: `${count} messages` });
  }

  /** The next message of that type, and what is read on the way there. */
  async next<T extends ServerMessage["type"]>(
    type: T,
    wanted: (message: ServerMessageOf<T>) => boolean = () => true,
  ): Promise<ServerMessageOf<T>> {
    for (;;) {
      const { value, done } = await this.#heard.next();
      if (done) throw new Error(`the server ended, and no ${type} came`);
      const message = value as ServerMessage;
      this.onMessage(message);
      if ((message.type as string) === "ping") this.#wire.write({ ...(value as object), type: "pong" });
      if (this.telling && isTold(message)) this.#log.event("read", told("read", message));
      if (message.type === type && wanted(message as ServerMessageOf<T>)) {
        return message as ServerMessageOf<T>;
      }
    }
  }

  /** Somebody said this. */
  hears(text: string): Promise<ServerMessageOf<"message">> {
    return this.next("message", (message) => message.text === text);
  }

  /** Wait until so many people are in the room. */
  async company(people: number, welcome: ServerMessageOf<"welcome">): Promise<void> {
    if ((welcome.rooms[0]?.people.length ?? 0) < people) {
      await this.next("joined", ({ count }) => count >= people);
    }
  }

  async leave(): Promise<void> {
    await goodbye(this.socket);
  }

  /** Read on until the server has ended the connection. */
  async untilEnd(): Promise<void> {
    for (;;) if ((await this.#heard.next()).done) return;
  }
}
