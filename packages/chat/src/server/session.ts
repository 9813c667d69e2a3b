import type { Socket } from "node:net";
import { IpcError } from "@ipc-playground/contract";
import type { JsonMessage } from "@ipc-playground/framing";
import { goodbye, Heartbeat, type Pulse } from "@ipc-playground/sockets";
import type { Limits } from "../limits.ts";
import type { Command, Hello } from "../protocol/client-message.ts";
import { type Refusal, type RefusalCode, refusal, refusalLine } from "../protocol/refusal.ts";
import type { ServerMessage } from "../protocol/server-message.ts";
import type { Counters, Ending } from "./counters.ts";
import type { FrontDoor, Request, Visit } from "./door.ts";
import { TokenBucket, weightOf } from "./flood.ts";
import { Outbox, type Pace } from "./outbox.ts";

/** Reasons for which a session's requests wait. Bits: there may be several at a time. */
const FLOOD = 1;
const BEHIND = 2;
const GREETING = 4;

/** Milliseconds to take the last words, for one that has to go. */
const GOODBYE_MS = 2_000;

/** What a session needs of the server. */
export interface SessionHost {
  readonly limits: Limits;
  readonly doors: readonly FrontDoor[];
  readonly counters: Counters;
  /** Decide on a hello. Until then nothing else of this session is read. */
  greet(session: Session, hello: Hello): Promise<void>;
  command(session: Session, command: Command): void;
  /** A round trip was measured, in milliseconds. */
  roundTrip(ms: number): void;
  /** Something was thrown that never should be. */
  defect(session: Session, error: unknown): void;
  closed(session: Session, ending: Ending, reason: string): void;
}

/**
 * One connection: requests come in through its door, one by one and no faster than the limits allow; what it is
 * told goes out, and piles up to a bound.
 */
export class Session implements Pulse, Pace {
  readonly from: string;
  /** How often it tried the password. */
  tries = 0;
  readonly #stream: Socket;
  readonly #host: SessionHost;
  readonly #bucket: TokenBucket;
  readonly #outbox: Outbox;
  #door: FrontDoor | undefined;
  #visit: Visit | undefined;
  #heartbeat: Heartbeat | undefined;
  #holds = 0;
  /** The next request, while it has to wait for its turn. */
  #waiting: Request | undefined;
  /** Whether the other side has said all that it will. */
  #heardAll = false;
  #lastHeard = performance.now();
  #helloTimer: NodeJS.Timeout | undefined;
  #floodTimer: NodeJS.Timeout | undefined;
  /** Why it ends, once it does. */
  #ending: { ending: Ending; reason: string } | undefined;

  constructor(stream: Socket, from: string, host: SessionHost) {
    this.#stream = stream;
    this.from = from;
    this.#host = host;
    const { commandBurst, commandsPerSecond, helloMs } = host.limits;
    this.#bucket = new TokenBucket(commandBurst, commandsPerSecond, performance.now());
    this.#helloTimer = setTimeout(() => this.#late("say hello", helloMs), helloMs);
    stream.on("data", (chunk) => this.#take(chunk));
    stream.once("end", () => this.#takeEnd());
    stream.once("close", () => this.#closed());
    stream.on("error", (error) => this.#failed(error));
    this.#outbox = new Outbox(stream, host, this);
  }

  get door(): FrontDoor {
    return this.#door as FrontDoor;
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  isHere(room: string): boolean {
    return (this.#visit as Visit).isHere(room);
  }

  /** Tell this one alone. */
  tell(message: ServerMessage): void {
    // Somebody who is told something before the first byte came is at no door yet.
    if (this.#visit !== undefined) this.send(this.#visit.encode(message));
  }

  send(bytes: Uint8Array): void {
    if (this.#ending === undefined && bytes.length > 0) this.#outbox.send(bytes);
  }

  /** From now on it is somebody: the hello was accepted. */
  entered(): void {
    clearTimeout(this.#helloTimer);
    // Thousands may be here and say nothing: what is not needed any more goes.
    this.#helloTimer = undefined;
    const { heartbeatMs, pingMs, urgentPings } = this.#host.limits;
    if (this.door.hasPulse) {
      this.#heartbeat = new Heartbeat(this, { intervalMs: heartbeatMs, timeoutMs: pingMs, urgentPings });
    } else this.#stream.setKeepAlive(true, heartbeatMs);
  }

  /** To be called now and then: who cannot be asked whether they are there is sent away when silent for long. */
  look(now: number): void {
    const { lineIdleMs } = this.#host.limits;
    if (this.#heartbeat !== undefined || this.#helloTimer !== undefined) return;
    if (now - this.#lastHeard < lineIdleMs) return;
    const fact = `nothing was said for ${lineIdleMs / 60_000} minutes`;
    this.refuse("idle", refusal("IDLE", fact, "come back any time"));
  }

  /** Tell why, let that flow out, and hang up. */
  refuse(ending: Ending, why: Refusal): void {
    if (this.#visit === undefined) this.send(Buffer.from(refusalLine(why)));
    else this.tell({ type: "error", ...why, final: true });
    this.end(ending, why.fact);
  }

  /** Let what was told flow out for at most `withinMs` milliseconds, and hang up. */
  end(ending: Ending, reason: string, withinMs = GOODBYE_MS): void {
    if (this.#ending !== undefined) return;
    this.#ending = { ending, reason };
    this.#stopTimers();
    // What still comes is thrown away.
    this.#stream.removeAllListeners("data");
    void goodbye(this.#stream, "", { withinMs });
  }

  // What the outbox finds.

  behind(): void {
    // Its own commands would make it more: they wait.
    this.#hold(BEHIND);
  }

  caughtUp(): void {
    this.#release(BEHIND);
  }

  tooSlow(reason: string): void {
    this.#cut("slow", reason);
  }

  // What a heartbeat, or a deadline, does with the connection.

  once(event: "close", listener: () => void): void {
    this.#stream.once(event, listener);
  }

  write(message: object): void {
    this.tell(message as ServerMessage);
  }

  get writableNeedDrain(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** The heartbeat, or the deadline of a frame, has given up. */
  destroy({ code, fact, nextStep }: IpcError): void {
    if (code === "DEADLINE_PASSED") this.refuse("late", refusal("TOO_LATE", fact, nextStep));
    else this.#cut("silent", fact);
  }

  #take(chunk: Buffer): void {
    this.#host.counters.bytesIn += chunk.length;
    this.#lastHeard = performance.now();
    this.#visit ??= this.#openDoor(chunk[0] as number);
    if (this.#visit === undefined) {
      this.end("garbage", "no door opens at its first byte");
      return;
    }
    this.#visit.push(chunk);
    this.#work();
  }

  #openDoor(firstByte: number): Visit | undefined {
    this.#door = this.#host.doors.find((door) => door.opens(firstByte));
    return this.#door?.visit(this, this.#host.limits);
  }

  /** `printf 'ana\nhello\n' | nc` ends before it is served: what it said is carried out all the same. */
  #takeEnd(): void {
    if (this.#ending !== undefined) return;
    this.#heardAll = true;
    this.#visit?.end();
    this.#work();
  }

  /** Carry out what has come, as far as that may go on now. */
  #work(): void {
    try {
      while (this.#holds === 0 && this.#ending === undefined) {
        if (this.#next() || this.#holds !== 0) continue;
        if (this.#heardAll) this.end("hung-up", "hung up");
        return;
      }
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Carry out one request. `false`: there is none, or it must wait. */
  #next(): boolean {
    const request = this.#waiting ?? this.#visit?.next() ?? null;
    if (request === null) return false;
    const wait = this.#bucket.waitMs(performance.now());
    if (wait > 0) {
      this.#waiting = request;
      this.#flooded(wait);
      return false;
    }
    this.#waiting = undefined;
    this.#bucket.take(weightOf(request));
    this.#carryOut(request);
    return true;
  }

  #carryOut(request: Request): void {
    if (request.kind === "command") {
      this.#heartbeat?.take(request.command as JsonMessage);
      this.#host.command(this, request.command);
    } else if (request.kind === "pulse") this.#pulse(request.message);
    else if (request.kind === "answer") this.send(request.bytes);
    else {
      this.#hold(GREETING);
      this.#host
        .greet(this, request.hello)
        .catch((error) => this.#broken(error))
        .finally(() => this.#release(GREETING));
    }
  }

  #pulse(message: JsonMessage): void {
    const heartbeat = this.#heartbeat;
    if (heartbeat === undefined) return;
    const { unanswered } = heartbeat;
    heartbeat.take(message);
    const { type } = message as { type: string };
    const last = type === "pong" && unanswered === 0 ? heartbeat.roundTrips.lastMs : null;
    if (last !== null) this.#host.roundTrip(last);
  }

  #hold(reason: number): void {
    this.#holds |= reason;
    this.#stream.pause();
  }

  #release(reason: number): void {
    if ((this.#holds & reason) === 0) return;
    this.#holds &= ~reason;
    if (this.#holds !== 0 || this.#ending !== undefined) return;
    // What came before it was held is in the decoder; only then may more come.
    if (this.#visit !== undefined) this.#work();
    if (this.#holds === 0 && this.#ending === undefined) this.#stream.resume();
  }

  /** Not an error: it is read more slowly, and TCP tells the other side. */
  #flooded(ms: number): void {
    this.#host.counters.floods++;
    this.#hold(FLOOD);
    this.#floodTimer = setTimeout(() => this.#release(FLOOD), ms);
  }

  #late(what: string, ms: number): void {
    const why = refusal("TOO_LATE", `you did not ${what} within ${ms / 1_000} s`, "connect again, and do");
    this.refuse("late", why);
  }

  #broken(error: unknown): void {
    if (!(error instanceof IpcError)) {
      // Our own mistake: it costs this one the connection, and nobody else anything.
      this.#host.defect(this, error);
      this.end("defect", "the server failed");
      return;
    }
    const tooLong = error.code === "FRAME_TOO_LONG";
    const code: RefusalCode = tooLong ? "FRAME_TOO_LONG" : "BAD_FRAME";
    this.refuse(tooLong ? "oversize" : "garbage", refusal(code, error.fact, error.nextStep));
  }

  /** Nothing that is still queued would be read: hang up at once. */
  #cut(ending: Ending, reason: string): void {
    this.#ending ??= { ending, reason };
    this.#stream.destroy();
  }

  #failed(error: Error): void {
    const { code } = error as NodeJS.ErrnoException;
    this.#ending ??= {
      ending: "lost",
      reason: `the connection broke${code === undefined ? "" : ` (${code})`}`,
    };
  }

  #closed(): void {
    this.#stopTimers();
    const { ending, reason } = this.#ending ?? { ending: "hung-up", reason: "hung up" };
    this.#ending = { ending, reason };
    this.#host.counters.bytesOut += this.#stream.bytesWritten;
    this.#host.closed(this, ending, reason);
  }

  #stopTimers(): void {
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#floodTimer);
    this.#outbox.stop();
    this.#heartbeat?.stop();
  }
}
