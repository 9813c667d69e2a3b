import { IpcError } from "@ipc-playground/contract";
import type { JsonMessage } from "@ipc-playground/framing";
import { type Clock, systemClock } from "./clock.ts";
import { DEFAULT_INTERVAL_MS, DEFAULT_TIMEOUT_MS, DEFAULT_URGENT_PINGS } from "./limits.ts";
import { type RoundTripSummary, RoundTrips } from "./round-trips.ts";

/** Pings whose pong is still worth something. A peer may say other things, and never a pong. */
const REMEMBERED_PINGS = 16;

export interface HeartbeatOptions {
  /** Milliseconds of silence before a ping. Default: 30 s. */
  intervalMs?: number;
  /** Milliseconds in which a ping, urgent or not, must be answered. Default: 5 s. */
  timeoutMs?: number;
  /** Pings after one without an answer; then the connection is cut. Default: 3. */
  urgentPings?: number;
  /** A ping was not answered, and number `urgent` (1, 2, …) goes out. */
  onUrgent?: (urgent: number) => void;
  clock?: Clock;
}

/** What a heartbeat beats in: the framed stream of a connection, or what stands for one. */
export interface Pulse {
  once(event: "close", listener: () => void): unknown;
  write(message: object): unknown;
  destroy(error: IpcError): unknown;
  /** Whether what was written before still waits for the peer to read. */
  readonly writableNeedDrain: boolean;
}

/**
 * Finds out whether the other side of a stream of messages is still there: a connection whose peer lost
 * its power says nothing for ever, and TCP's own keep-alive asks after two hours. tcp(7)
 *
 * After `intervalMs` of silence it sends `{ "type": "ping", "id": N }`. Whatever comes then is a sign of life;
 * `{ "type": "pong", "id": N }` is measured as well. A peer that gives none, to the urgent pings either,
 * is cut: the stream is destroyed with PEER_SILENT.
 */
export class Heartbeat implements Disposable {
  readonly #stream: Pulse;
  readonly #options: HeartbeatOptions;
  readonly #clock: Clock;
  readonly #roundTrips = new RoundTrips();
  /** When each ping that is not answered was sent. */
  readonly #pending = new Map<number, number>();
  #nextId = 1;
  #unanswered = 0;
  #asking = false;
  #heard: number;
  #callOff: () => void = () => {};
  #stopped = false;

  constructor(stream: Pulse, options: HeartbeatOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#heard = this.#clock.now();
    stream.once("close", () => this.stop());
    this.#rest();
  }

  /**
   * Show it every message that comes. `true`: it was one of the heartbeat's own, and is dealt with;
   * pings are answered here.
   */
  take(message: JsonMessage): boolean {
    if (this.#stopped) return isHeartbeat(message);
    this.#heard = this.#clock.now();
    if (this.#asking) this.#rest();
    if (!isHeartbeat(message)) return false;
    const { type, id } = message;
    if (type === "pong") this.#answered(id);
    // Pongs do not pile up for a peer that asks and does not read.
    else if (!this.#stream.writableNeedDrain) this.#stream.write({ type: "pong", id });
    return true;
  }

  /** Measure a round trip now, without waiting for silence. */
  ping(): void {
    if (this.#stopped) return;
    this.#asking = true;
    this.#send();
    this.#callOff();
    this.#callOff = this.#clock.after(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => this.#late());
  }

  get roundTrips(): RoundTripSummary {
    return this.#roundTrips.summary();
  }

  /** Pings in a row that nothing came after. 0: all is well. */
  get unanswered(): number {
    return this.#unanswered;
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** All is well: ask again when it has been silent for long. A timer for each message would cost more than the message. */
  #rest(): void {
    this.#asking = false;
    this.#unanswered = 0;
    const { intervalMs = DEFAULT_INTERVAL_MS } = this.#options;
    const left = intervalMs - (this.#clock.now() - this.#heard);
    this.#callOff();
    if (left > 0) this.#callOff = this.#clock.after(left, () => this.#rest());
    else this.ping();
  }

  #late(): void {
    this.#unanswered++;
    const { urgentPings = DEFAULT_URGENT_PINGS, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    if (this.#unanswered > urgentPings) {
      this.stop();
      this.#stream.destroy(silent(this.#unanswered, timeoutMs));
      return;
    }
    this.#options.onUrgent?.(this.#unanswered);
    this.ping();
  }

  #send(): void {
    const id = this.#nextId++;
    this.#pending.set(id, this.#clock.now());
    this.#pending.delete(id - REMEMBERED_PINGS);
    this.#stream.write({ type: "ping", id });
  }

  #answered(id: number): void {
    const sent = this.#pending.get(id);
    // An id that was never sent, or was answered, is the peer's mistake, and no measurement.
    if (sent === undefined) return;
    this.#roundTrips.add(this.#clock.now() - sent);
    // Pongs come in order: the pings before this one will get none.
    for (const earlier of this.#pending.keys()) if (earlier <= id) this.#pending.delete(earlier);
  }
}

interface HeartbeatMessage {
  type: "ping" | "pong";
  id: number;
}

function isHeartbeat(message: JsonMessage): message is JsonMessage & HeartbeatMessage {
  if (typeof message !== "object" || !("type" in message) || !("id" in message)) return false;
  return (message.type === "ping" || message.type === "pong") && typeof message.id === "number";
}

function silent(pings: number, timeoutMs: number): IpcError {
  return new IpcError(
    "PEER_SILENT",
    `nothing came back for ${pings} pings, ${timeoutMs / 1000} s each`,
    "the other side hangs, or the way to it is gone: connect again",
  );
}
