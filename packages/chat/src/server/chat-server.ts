import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { TLSSocket } from "node:tls";
import { type Connection, goodbye, type TcpServer } from "@ipc-playground/sockets";
import type { Logger } from "pino";
import { ChatCore } from "../core/chat-core.ts";
import type { Limits } from "../limits.ts";
import type { Command, Hello } from "../protocol/client-message.ts";
import { refusal, refusalLine } from "../protocol/refusal.ts";
import type { Person, RoomSummary } from "../protocol/server-message.ts";
import type { Admission } from "./admission.ts";
import { Counters, type Ending } from "./counters.ts";
import { Delivery } from "./delivery.ts";
import type { FrontDoor } from "./door.ts";
import type { Histograms } from "./histograms.ts";
import type { Password } from "./password.ts";
import { Session, type SessionHost } from "./session.ts";

/** How often those are looked for who did not come back, or say nothing any more. In milliseconds. */
const TICK_MS = 1_000;
const ID_BYTES = 16;
const LOBBY = "lobby";

/** What {@link serveChat} has made ready. */
export interface ServerParts {
  name: string;
  limits: Limits;
  doors: readonly FrontDoor[];
  admission: Admission;
  password: Password | undefined;
  secureContext: SecureContext | undefined;
  histograms: Histograms;
  log: Logger;
}

/** A running chat server, see {@link serveChat}. */
export class ChatServer implements SessionHost, AsyncDisposable {
  readonly limits: Limits;
  readonly doors: readonly FrontDoor[];
  readonly counters = new Counters();
  readonly #parts: ServerParts;
  readonly #core: ChatCore<Session>;
  readonly #delivery: Delivery;
  readonly #sessions = new Set<Session>();
  /** Who they were that the core knows no more, until their connection is gone. */
  readonly #departed = new Map<Session, string>();
  readonly #ticker: NodeJS.Timeout;
  #tcp: TcpServer | undefined;
  #draining = false;

  /** @internal {@link serveChat} makes these. */
  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.limits = parts.limits;
    this.doors = parts.doors;
    const newId = () => randomBytes(ID_BYTES).toString("base64url");
    this.#core = new ChatCore<Session>({ name: parts.name, limits: parts.limits, newId, lobby: LOBBY });
    this.#delivery = new Delivery(this.counters, {
      onFlush: (ms) => parts.histograms.fanOut.observe(ms),
      end: ({ to: session, why, reason, nick }) => {
        this.#departed.set(session, nick);
        session.end(why, reason);
      },
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#ticker.unref();
  }

  /** Where it listens. */
  get address(): { readonly host: string; readonly port: number } {
    return (this.#tcp as TcpServer).address;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  get histograms(): Histograms {
    return this.#parts.histograms;
  }

  /** People who are online, and rooms that there are. */
  get online(): number {
    return this.#core.online;
  }

  get roomCount(): number {
    return this.#core.roomCount;
  }

  people(): Person[] {
    return this.#core.people();
  }

  rooms(): RoomSummary[] {
    return this.#core.rooms();
  }

  /** Send somebody off the server. `false`: nobody is called that. */
  kick(nick: string, reason = ""): boolean {
    this.#delivery.flush();
    const effects = this.#core.expel(nick, reason, Date.now());
    if (effects === undefined) return false;
    this.#delivery.carryOut(effects);
    return true;
  }

  /** Tell everybody. */
  announce(text: string): void {
    this.#delivery.carryOut(this.#core.tellAll({ type: "notice", text, at: Date.now() }));
  }

  /**
   * Stop in good order: accept nobody any more, tell everybody, let what is queued flow out for at most
   * `flushMs`, close. A second call, or {@link close}, can only hurry.
   */
  async drain({ backInMs = 0 }: { backInMs?: number } = {}): Promise<{ ended: number; cut: number }> {
    if (!this.#draining) {
      this.#draining = true;
      this.#parts.log.info({ sessions: this.#sessions.size }, "draining");
      this.#delivery.flush();
      this.#delivery.carryOut(this.#core.tellAll({ type: "shutdown", backInMs }));
      this.#endAll();
    }
    return this.#close(this.limits.flushMs);
  }

  /** Stop at once. */
  async close(): Promise<void> {
    this.#draining = true;
    this.#endAll();
    await this.#close(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal The handler of every connection. */
  readonly accept = (connection: Connection): void => {
    const { socket } = connection;
    const address = socket.remoteAddress ?? "";
    const why = this.#draining
      ? refusal("SERVER_FULL", "the server is stopping", "come back later")
      : this.#parts.admission.enter(address, performance.now());
    if (why !== undefined) {
      this.counters.endings.refused++;
      this.#parts.log.info({ from: connection.peer, code: why.code }, "refused");
      // Nobody knows yet which door it is for. A line is readable for people, and no frame begins like it.
      void goodbye(socket, refusalLine(why));
      return;
    }
    this.counters.connections++;
    socket.on("close", () => this.#parts.admission.leave(address));
    const { secureContext } = this.#parts;
    const stream = secureContext === undefined ? socket : this.#secured(socket, secureContext);
    connection.stream = stream;
    this.#sessions.add(new Session(stream, connection.peer, this));
  };

  /** @internal */
  listensBy(tcp: TcpServer): void {
    this.#tcp = tcp;
    tcp.on("refused", () => {
      this.counters.endings.refused++;
    });
  }

  async greet(session: Session, hello: Hello): Promise<void> {
    const { password } = this.#parts;
    if (password !== undefined && !(await this.#knows(session, hello, password))) return;
    if (session.isOver) return;
    this.#delivery.flush();
    const visitor = { from: session.from, door: session.door.name, resumable: session.door.resumable };
    const outcome = this.#core.enter(session, hello, visitor, Date.now());
    if (!Array.isArray(outcome)) {
      session.tell({ type: "error", ...outcome });
      return;
    }
    session.entered();
    this.#parts.log.info(
      { nick: this.#core.nickOf(session), from: session.from, door: visitor.door },
      "entered",
    );
    this.#delivery.carryOut(outcome);
  }

  command(session: Session, command: Command): void {
    if (command.type === "say" || command.type === "whisper") this.counters.messagesIn++;
    // Who is in a room may change: what was said before is for those who were there.
    else this.#delivery.flush();
    this.#delivery.carryOut(this.#core.handle(session, command, Date.now()));
  }

  roundTrip(ms: number): void {
    this.#parts.histograms.roundTrip.observe(ms);
  }

  defect(session: Session, error: unknown): void {
    this.#parts.log.error({ from: session.from, error }, "defect");
  }

  closed(session: Session, ending: Ending, reason: string): void {
    this.#sessions.delete(session);
    this.counters.endings[ending]++;
    const nick = this.#core.nickOf(session) ?? this.#departed.get(session);
    this.#departed.delete(session);
    this.#parts.log.info({ nick, from: session.from, ending }, "left");
    this.#delivery.flush();
    this.#delivery.carryOut(this.#core.gone(session, reason, Date.now()));
  }

  /** Whether it has the password. Wrong ones are answered late, and not often. */
  async #knows(session: Session, hello: Hello, password: Password): Promise<boolean> {
    if (hello.password !== undefined && (await password.matches(hello.password))) return true;
    // A door that asks for it in a second step has not guessed yet.
    const asked = hello.password === undefined;
    if (!asked) session.tries++;
    const { passwordTries, passwordDelayMs } = this.limits;
    if (!asked)
      await new Promise((resolve) => setTimeout(resolve, passwordDelayMs * 2 ** (session.tries - 1)));
    const fact = asked ? "this server has a password" : "that is not the password";
    const why = refusal("BAD_PASSWORD", fact, "ask whoever runs the server");
    if (session.tries >= passwordTries) session.refuse("password", why);
    else session.tell({ type: "error", ...why });
    return false;
  }

  #secured(socket: Socket, secureContext: SecureContext): TLSSocket {
    const { writableHighWaterMark: highWaterMark } = socket;
    const options = { isServer: true, secureContext, highWaterMark };
    return new TLSSocket(socket, options);
  }

  #tick(): void {
    const now = performance.now();
    for (const session of this.#sessions) session.look(now);
    this.#delivery.carryOut(this.#core.tick(Date.now()));
  }

  #endAll(): void {
    // The server cuts at `flushMs`, and counts whom: nothing else may do it before.
    const withinMs = 2 * this.limits.flushMs;
    for (const session of this.#sessions) session.end("shutdown", "the server stopped", withinMs);
  }

  async #close(withinMs: number): Promise<{ ended: number; cut: number }> {
    clearInterval(this.#ticker);
    const closed = await (this.#tcp as TcpServer).close({ withinMs });
    // A socket tells of its end a moment after the server has counted it out.
    while (this.#sessions.size > 0) await new Promise(setImmediate);
    this.#parts.log.info(closed, "closed");
    return closed;
  }
}
