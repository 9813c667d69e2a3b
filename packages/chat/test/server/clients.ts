import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { onTestFinished } from "vitest";
import type { ClientMessage } from "../../src/protocol/client-message.ts";
import type { ServerMessage, ServerMessageOf } from "../../src/protocol/server-message.ts";

// Taken before any test stops the clock: deadlines of the tests themselves are real.
const { setTimeout: after, clearTimeout: callOff } = globalThis;
const now = performance.now.bind(performance);

/** No fact of these tests takes longer than this on the slowest machine. */
const WITHIN_MS = 20_000;

/** Wait for a fact that nobody tells. */
export async function until(fact: () => unknown): Promise<void> {
  for (const end = now() + WITHIN_MS; !fact(); ) {
    if (now() > end) throw new Error(`never came true: ${fact}`);
    await new Promise((resolve) => after(resolve, 1));
  }
}

export interface PeerOptions {
  /** Whether it reads what comes. Default: yes. */
  reads?: boolean;
  /** Whether it stays when the server has ended its side. Default: no. */
  allowHalfOpen?: boolean;
  /** The certificate to trust: everything goes over TLS then. */
  ca?: string;
}

type Target = { readonly address: { readonly host: string; readonly port: number } };

/** A bare connection to a server; gone when the test is. */
export class Peer {
  readonly socket: Socket;
  readonly heard: Buffer[] = [];
  closed = false;
  failure: NodeJS.ErrnoException | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(
    { address: { host, port } }: Target,
    { reads = true, allowHalfOpen = false, ca }: PeerOptions = {},
  ) {
    this.socket =
      ca === undefined
        ? connect({ host, port, allowHalfOpen, noDelay: true })
        : connectTls({ host, port, ca, servername: "localhost" });
    this.socket.on("error", (error) => {
      this.failure = error;
    });
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
    if (reads) this.read();
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  /** Begin to read. */
  read(): void {
    this.socket.on("data", (chunk) => {
      this.heard.push(chunk);
      this.take(chunk);
      this.#wake();
    });
  }

  get text(): string {
    return Buffer.concat(this.heard).toString();
  }

  write(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  async hears(part: string): Promise<void> {
    await this.waitFor(() => this.text.includes(part) || undefined, `hears ${JSON.stringify(part)}`);
  }

  async isClosed(): Promise<void> {
    await this.waitFor(() => this.closed || undefined, "is closed", true);
  }

  /** What `find` finds, as soon as it does; an error if the connection is over before. */
  protected async waitFor<T>(find: () => T | undefined, what: string, closedToo = false): Promise<T> {
    const end = now() + WITHIN_MS;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const late = now() > end;
      if (late || (this.closed && !closedToo))
        throw new Error(
          `${late ? "in time" : "before it was closed"} it never ${what}, but ${JSON.stringify(this.text.slice(-600))}`,
        );
      await this.#change();
    }
  }

  protected take(_chunk: Buffer): void {}

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        callOff(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = after(wake, 1_000);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** A client as `nc` is one. */
export class LineClient extends Peer {
  readonly lines: string[] = [];
  #rest = "";
  #read = 0;

  /** Connect, and come in under that name. */
  static async enter(server: Target, nick: string, options: PeerOptions = {}): Promise<LineClient> {
    const client = new LineClient(server, options).say(nick);
    await client.line(/^\* You are in lobby/);
    return client;
  }

  say(...lines: string[]): this {
    return this.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** The next line that matches; those before it are passed over. */
  async line(pattern: RegExp | string): Promise<string> {
    const matches = (line: string) => (typeof pattern === "string" ? line === pattern : pattern.test(line));
    return this.waitFor(() => {
      const at = this.lines.findIndex((line, i) => i >= this.#read && matches(line));
      if (at < 0) return undefined;
      this.#read = at + 1;
      return this.lines[at];
    }, `got a line ${pattern}`);
  }

  protected override take(chunk: Buffer): void {
    const parts = (this.#rest + chunk.toString("latin1")).split("\n");
    this.#rest = parts.pop() as string;
    this.lines.push(...parts.map((part) => Buffer.from(part, "latin1").toString()));
  }
}

/** A frame of the native protocol. */
export function frame(message: unknown): Buffer {
  return rawFrame(JSON.stringify(message));
}

export function rawFrame(body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body as string);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return Buffer.concat([head, bytes]);
}

/** What a server sends, as it is on the wire: pings are part of it. */
type Heard = ServerMessage | { type: "ping" | "pong"; id: number };
type HeardOf<T extends Heard["type"]> = Extract<Heard, { type: T }>;

/** A client that speaks frames, and answers nothing by itself: no pings either. */
export class FrameClient extends Peer {
  readonly messages: Heard[] = [];
  #rest = Buffer.alloc(0);
  #read = 0;

  /** Connect, and come in under that name. */
  static async enter(
    server: Target,
    nick: string,
    hello: object = {},
    options: PeerOptions = {},
  ): Promise<FrameClient & { welcome: ServerMessageOf<"welcome"> }> {
    const client = new FrameClient(server, options).send({ type: "hello", version: 1, nick, ...hello });
    return Object.assign(client, { welcome: await client.message("welcome") });
  }

  send(...messages: (ClientMessage | { type: "ping" | "pong"; id: number })[]): this {
    return this.write(Buffer.concat(messages.map(frame)));
  }

  /** The next message of that type; those before it are passed over. */
  async message<T extends Heard["type"]>(type: T): Promise<HeardOf<T>> {
    return this.waitFor(() => {
      const at = this.messages.findIndex((message, i) => i >= this.#read && message.type === type);
      if (at < 0) return undefined;
      this.#read = at + 1;
      return this.messages[at] as HeardOf<T>;
    }, `got a message ${type}`);
  }

  texts(): string[] {
    return this.messages.flatMap((message) => (message.type === "message" ? [message.text] : []));
  }

  protected override take(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
      const end = 4 + rest.readUInt32BE();
      this.messages.push(JSON.parse(rest.subarray(4, end).toString()));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}
