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
import { BEHIND, GREETING, Intake, type Requester } from "./intake.ts";
import { Outbox, type Pace } from "./outbox.ts";

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
export class Session implements Pulse, Pace, Requester {
  readonly from: string;
  /** How often it tried the password. */
  tries = 0;
  readonly #stream: Socket;
  readonly #host: SessionHost;
  readonly #intake: Intake;
  readonly #outbox: Outbox;
  #door: FrontDoor | undefined;
  #visit: Visit | undefined;
  #heartbeat: Heartbeat | undefined;
  #lastHeard = performance.now();
  #helloTimer: NodeJS.Timeout | undefined;
  /** Why it ends, once it does. */
  #ending: { ending: Ending; reason: string } | undefined;

  constructor(stream: Socket, from: string, host: SessionHost) {
    this.#stream = stream;
    this.from = from;
    this.#host = host;
    const { limits, counters } = host;
    const { helloMs } = limits;
    this.#intake = new Intake(stream, this, limits, () => counters.floods++);
    this.#helloTimer = setTimeout(() => this.#late("say hello", helloMs), helloMs);
    stream.on("data", (chunk) => this.#take(chunk));
    // Not once(), for what happens once anyway: its wrapper is 170 bytes, and thousands may be here.
    stream.on("end", () => this.#takeEnd());
    stream.on("close", () => this.#closed());
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

  // What it asks for, for the intake.

  next(): Request | null {
    return this.#visit?.next() ?? null;
  }

  carryOut(request: Request): void {
    if (request.kind === "command") {
      this.#heartbeat?.take(request.command as JsonMessage);
      this.#host.command(this, request.command);
    } else if (request.kind === "pulse") this.#pulse(request.message);
    else if (request.kind === "answer") this.send(request.bytes);
    else {
      this.#intake.hold(GREETING);
      this.#host
        .greet(this, request.hello)
        .catch((error) => this.broken(error))
        .finally(() => this.#intake.release(GREETING));
    }
  }

  done(): void {
    this.end("hung-up", "hung up");
  }

  broken(error: unknown): void {
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

  // What the outbox finds.

  behind(): void {
    // Its own commands would make it more: they wait.
    this.#intake.hold(BEHIND);
  }

  caughtUp(): void {
    this.#intake.release(BEHIND);
  }

  tooSlow(reason: string): void {
    this.#cut("slow", reason);
  }

  // What a heartbeat, or a deadline, does with the connection.

  once(event: "close", listener: () => void): void {
    this.#stream.on(event, listener);
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
    this.#intake.work();
  }

  #openDoor(firstByte: number): Visit | undefined {
    this.#door = this.#host.doors.find((door) => door.opens(firstByte));
    return this.#door?.visit(this, this.#host.limits);
  }

  /** `printf 'ana\nhello\n' | nc` ends before it is served: what it said is carried out all the same. */
  #takeEnd(): void {
    if (this.#ending !== undefined) return;
    this.#visit?.end();
    this.#intake.end();
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

  #late(what: string, ms: number): void {
    const why = refusal("TOO_LATE", `you did not ${what} within ${ms / 1_000} s`, "connect again, and do");
    this.refuse("late", why);
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
    this.#intake.stop();
    this.#outbox.stop();
    this.#heartbeat?.stop();
  }
}
