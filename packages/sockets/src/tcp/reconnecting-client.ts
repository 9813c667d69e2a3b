import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { type ErrorCode, IpcError } from "@ipc-playground/contract";
import { addressText } from "./address.ts";
import { type BackoffOptions, fullJitter } from "./backoff.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import { DEFAULT_STEADY_MS } from "./limits.ts";
import { inPlainWords } from "./words.ts";

export interface ReconnectOptions extends ConnectOptions, BackoffOptions {
  /** Tries in a row that fail before it gives up. Default: no end. */
  maxTries?: number;
  /** Milliseconds that a connection must have lived for the delays to begin anew. Default: 5 s. */
  steadyMs?: number;
  clock?: Clock;
}

/** What a {@link ReconnectingClient} is doing. */
export type ClientState = "connecting" | "connected" | "waiting" | "closed";

interface ClientEvents {
  /** The number of this try, from 1 on, since it was last steadily connected. */
  connecting: [attempt: number];
  connected: [socket: Socket];
  /** A connection is over. Without an error, the server ended it. */
  lost: [error: IpcError | undefined];
  /** The next try is so many milliseconds away, and why there is one. */
  waiting: [delayMs: number, why: IpcError];
  /** It is over: with the error that ended it, or without, when {@link ReconnectingClient.close} was called. */
  closed: [error: IpcError | undefined];
}

/** Trying again will not help: the address is none, or this user may not go there. */
const HOPELESS: readonly ErrorCode[] = ["BAD_ADDRESS", "NO_PERMISSION"];

/**
 * Keeps a connection: connects, and when it is lost connects again, after {@link fullJitter}.
 * A server that accepts and hangs up at once is not a success: delays begin anew after `steadyMs`.
 * An abort of `signal` closes it.
 */
export class ReconnectingClient extends EventEmitter<ClientEvents> implements Disposable {
  readonly #options: ReconnectOptions;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #state: ClientState = "connecting";
  #socket: Socket | undefined;
  /** Tries that failed in a row. */
  #failures = 0;
  #callOffTry: () => void = () => {};

  constructor(options: ReconnectOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    options.signal?.addEventListener("abort", () => this.close(), { once: true, signal: this.#ended.signal });
    // In a turn of its own, so that whoever made this can listen first.
    setImmediate(() => (options.signal?.aborted ? this.close() : void this.#try()));
  }

  get state(): ClientState {
    return this.#state;
  }

  /** The connection, while there is one. */
  get socket(): Socket | undefined {
    return this.#socket;
  }

  /** Tries that failed since it was last steadily connected. */
  get failures(): number {
    return this.#failures;
  }

  /** End the connection, if there is one, and make no other. */
  close(): void {
    this.#finish(undefined);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #try(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "connecting";
    this.emit("connecting", this.#failures + 1);
    let socket: Socket;
    try {
      socket = await connect({ ...this.#options, signal: this.#ended.signal });
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#again(error as IpcError);
      return;
    }
    this.#use(socket);
  }

  #use(socket: Socket): void {
    this.#state = "connected";
    this.#socket = socket;
    const since = this.#clock.now();
    let failure: IpcError | undefined;
    socket.once("error", (cause) => {
      failure = inPlainWords(cause, "connection", addressText(this.#options));
    });
    socket.once("close", () => {
      this.#socket = undefined;
      if (this.#state === "closed") return;
      if (this.#clock.now() - since >= (this.#options.steadyMs ?? DEFAULT_STEADY_MS)) this.#failures = 0;
      this.emit("lost", failure);
      this.#again(failure ?? hungUp(addressText(this.#options)));
    });
    this.emit("connected", socket);
  }

  #again(why: IpcError): void {
    // A listener may have closed it.
    if (this.#state === "closed") return;
    this.#failures++;
    const { maxTries = Number.POSITIVE_INFINITY } = this.#options;
    if (HOPELESS.includes(why.code) || this.#failures >= maxTries) {
      this.#finish(why);
      return;
    }
    this.#state = "waiting";
    const delayMs = fullJitter(this.#failures, this.#options);
    this.#callOffTry = this.#clock.after(delayMs, () => void this.#try());
    this.emit("waiting", delayMs, why);
  }

  #finish(error: IpcError | undefined): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#callOffTry();
    this.#ended.abort();
    this.#socket?.end();
    this.emit("closed", error);
  }
}

function hungUp(where: string): IpcError {
  return new IpcError(
    "CONNECTION_LOST",
    `${where} ended the connection`,
    "it may have been restarted: connect again",
  );
}
