import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { onTestFinished, vi } from "vitest";
import { SERVER_FRAME_BYTES } from "../../src/limits.ts";
import type { RoomState, ServerMessage, ServerMessageOf } from "../../src/protocol/server-message.ts";

const WITHIN = { timeout: 20_000, interval: 1 };
const codec = json(lengthPrefixed({ max: SERVER_FRAME_BYTES }));

export async function until(fact: () => unknown): Promise<void> {
  await vi.waitUntil(() => Boolean(fact()), WITHIN);
}

export function bytesOf(...messages: (ServerMessage | object)[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => codec.encode(message as JsonMessage)));
}

/** What a client sends, as the tests look at it. */
export type Heard = { type: string; id?: string; [key: string]: unknown };

/** A server without a mind of its own: a test says what it says, and when it cuts. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];
  readonly #server: Server;
  #taken = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.connections.push(new FakeConnection(socket)));
  }

  static async start(): Promise<FakeServer> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const fake = new FakeServer(server);
    onTestFinished(() => fake.stop());
    return fake;
  }

  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: (this.#server.address() as AddressInfo).port };
  }

  /** The next connection that comes, or came. */
  async next(): Promise<FakeConnection> {
    const index = this.#taken++;
    await until(() => this.connections.length > index);
    return this.connections[index] as FakeConnection;
  }

  /** The next connection, of which the hello has come. */
  async greeted(): Promise<{ connection: FakeConnection; hello: Heard }> {
    const connection = await this.next();
    return { connection, hello: await connection.hears("hello") };
  }

  stop(): void {
    this.#server.close();
    for (const { socket } of this.connections) socket.destroy();
  }
}

export class FakeConnection {
  readonly socket: Socket;
  /** All that came, pings left out, which are answered. */
  readonly heard: Heard[] = [];
  answersPings = true;
  #taken = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    const decoder = codec.decoder();
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      decoder.push(chunk);
      for (let message = decoder.next(); message !== null; message = decoder.next()) {
        const heard = message as unknown as Heard;
        if (heard.type !== "ping") this.heard.push(heard);
        else if (this.answersPings) this.says({ type: "pong", id: heard.id });
      }
    });
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  /** The next that came, or comes: which must be of that type. */
  async hears(type: string): Promise<Heard> {
    const index = this.#taken++;
    await until(() => this.heard.length > index);
    const message = this.heard[index] as Heard;
    if (message.type !== type) throw new Error(`heard ${JSON.stringify(message)} instead of ${type}`);
    return message;
  }

  says(...messages: (ServerMessage | object)[]): void {
    this.socket.write(bytesOf(...messages));
  }

  /** Cut, as a process that is killed with unread input does: RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

export function roomState(state: Partial<RoomState> = {}): RoomState {
  return { room: "lobby", epoch: "e1", seq: 0, topic: "", owner: null, people: ["ana"], ...state };
}

export function welcome(...rooms: Partial<RoomState>[]): ServerMessageOf<"welcome"> {
  return {
    type: "welcome",
    version: 1,
    server: "fake",
    nick: "ana",
    token: "secret",
    rooms: (rooms.length === 0 ? [{}] : rooms).map(roomState),
    capabilities: [],
    online: 1,
  };
}

/** Message number `seq` of the lobby. */
export function message(seq: number, more: Partial<ServerMessageOf<"message">> = {}) {
  return {
    type: "message",
    room: "lobby",
    epoch: "e1",
    seq,
    from: "ben",
    text: `text ${seq}`,
    at: 0,
    ...more,
  } as const;
}

export function refusal(code: string, more: object = {}) {
  return { type: "error", code, fact: `the fact of ${code}`, nextStep: "what to do", ...more };
}
