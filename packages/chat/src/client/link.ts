import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import type { JsonMessage } from "@ipc-playground/framing";
import {
  type Clock,
  Heartbeat,
  ReconnectingClient,
  type RoundTripSummary,
  systemClock,
} from "@ipc-playground/sockets";
import type { Hello } from "../protocol/client-message.ts";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-message.ts";
import type { ChatState } from "./events.ts";
import { type ChatOptions, DEFAULT_GREET_MS } from "./options.ts";
import { isTemporary, noWelcome, refusedError, sentAway } from "./refused.ts";
import { parseServerMessage } from "./server-schema.ts";
import { Wire } from "./wire.ts";

/** Tries at a nickname that may well be one's own: a server that was started anew has forgotten the token. */
const NICK_TRIES = 5;
const NO_ROUND_TRIPS: RoundTripSummary = { count: 0, lastMs: null, meanMs: null, p99Ms: null };

interface LinkEvents {
  /** All but `online`, which a welcome among the messages says. */
  state: [state: Exclude<ChatState, "online">];
  waiting: [delayMs: number, why: IpcError];
  raw: [message: ServerMessage];
  /** From the welcome on. */
  message: [message: ServerMessage];
  drain: [];
  /** The server cut the connection, since something that was sent is longer than it takes. */
  tooLong: [why: IpcError];
  closed: [error: IpcError | undefined];
}

/** Keeps a person at a server: connects, says hello, sees to it that the server is still there, and again after a cut. */
export class Link extends EventEmitter<LinkEvents> {
  readonly #options: ChatOptions;
  readonly #hello: () => Hello;
  readonly #clock: Clock;
  readonly #reconnecting: ReconnectingClient;
  #state: ChatState = "connecting";
  #wire: Wire | undefined;
  #heartbeat: Heartbeat | undefined;
  #callOffDeadline: () => void = () => {};
  /** Whether the server may know the nickname as this one's. */
  #mayBeKnown = false;
  #nickTries = 0;
  /** The next end of the connection is the last. */
  #leaving = false;
  #ending: IpcError | undefined;
  /** Why the last connection was lost: TLS does not tell the socket below it. */
  #failure: IpcError | undefined;

  /** @param hello What to say on each connection. */
  constructor(options: ChatOptions, hello: () => Hello) {
    super();
    this.#options = options;
    this.#hello = hello;
    this.#clock = options.clock ?? systemClock;
    this.#reconnecting = new ReconnectingClient(options);
    this.#reconnecting.on("connecting", () => {
      this.#failure = undefined;
      this.#become("connecting");
    });
    this.#reconnecting.on("connected", (socket) => this.#greet(socket));
    this.#reconnecting.on("lost", (error) => this.#lost(this.#wire?.failure ?? error));
    this.#reconnecting.on("waiting", (delayMs, why) => {
      this.#become("waiting");
      this.emit("waiting", delayMs, this.#failure ?? why);
    });
    this.#reconnecting.on("closed", (error) => this.#closed(error));
  }

  get state(): ChatState {
    return this.#state;
  }

  get failures(): number {
    return this.#reconnecting.failures;
  }

  /** Of this connection, or of the last one. */
  get roundTrips(): RoundTripSummary {
    return this.#heartbeat?.roundTrips ?? NO_ROUND_TRIPS;
  }

  /** Whether {@link send} may be called: the socket is not full, and the server knows who this is. */
  get hasRoom(): boolean {
    return this.#state === "online" && this.#wire?.writableNeedDrain === false;
  }

  send(bytes: readonly Uint8Array[]): void {
    this.#wire?.send(bytes);
  }

  /** When this connection ends, make no other. */
  leave(): void {
    this.#leaving = true;
  }

  /** End it for good, at once. */
  close(why?: IpcError): void {
    this.#ending ??= why;
    this.#reconnecting.close();
  }

  #greet(socket: Socket): void {
    this.#become("greeting");
    const { greetMs = DEFAULT_GREET_MS } = this.#options;
    const wire = new Wire(socket, this.#options, this.#options.tls, {
      message: (message) => this.#hear(message),
      drain: () => this.emit("drain"),
    });
    this.#wire = wire;
    this.#callOffDeadline = this.#clock.after(greetMs, () => wire.destroy(noWelcome(this.#options, greetMs)));
    wire.write(this.#hello());
  }

  #hear(json: JsonMessage): void {
    if (this.#heartbeat?.take(json)) return;
    let message: ServerMessage | undefined;
    try {
      message = parseServerMessage(json);
    } catch (error) {
      if (!(error instanceof IpcError)) throw error;
      this.#wire?.destroy(error);
      return;
    }
    if (message === undefined) return;
    this.emit("raw", message);
    if (message.type === "error" && (this.#state === "greeting" || message.final)) this.#refused(message);
    else {
      if (message.type === "welcome") this.#welcomed();
      this.emit("message", message);
      if (message.type === "kicked" && message.room === undefined) this.close(sentAway(message));
    }
  }

  #welcomed(): void {
    this.#callOffDeadline();
    this.#mayBeKnown = true;
    this.#nickTries = 0;
    this.#state = "online";
    const { clock, heartbeat } = { ...this.#options, clock: this.#clock };
    this.#heartbeat = new Heartbeat(this.#wire as Wire, { ...heartbeat, clock });
    // So that the round trip is known soon, and not only after the first silence.
    this.#heartbeat.ping();
  }

  /** The hello was refused, or the server is about to hang up. */
  #refused(error: ServerMessageOf<"error">): void {
    const why = refusedError(error);
    // One message was too long, and not the person.
    const tooLong = error.code === "FRAME_TOO_LONG" && this.#state === "online";
    if (tooLong) this.emit("tooLong", why);
    const mayBeMine = error.code === "NICK_TAKEN" && this.#mayBeKnown && ++this.#nickTries <= NICK_TRIES;
    if (tooLong || mayBeMine || isTemporary(error.code)) this.#wire?.destroy(why);
    else this.close(why);
  }

  #lost(error: IpcError | undefined): void {
    this.#callOffDeadline();
    this.#failure = error;
    this.#wire = undefined;
    if (this.#state === "greeting" && error?.code !== "CHAT_REFUSED") this.#mayBeKnown = true;
    // Somebody who cannot be trusted now will not be in a second.
    if (this.#leaving) this.close();
    else if (error?.code === "NOT_TRUSTED") this.close(error);
  }

  #closed(error: IpcError | undefined): void {
    this.#callOffDeadline();
    this.#wire?.destroy();
    this.#wire = undefined;
    this.#become("closed");
    // Without an error it was a wish.
    this.emit("closed", this.#ending ?? (error && (this.#failure ?? error)));
  }

  #become(state: Exclude<ChatState, "online">): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit("state", state);
  }
}
