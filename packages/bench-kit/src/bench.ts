import type { MessagePort } from "node:worker_threads";
import type { Deliver } from "./whole-messages.ts";

/**
 * How a process waits for its partner. Numbers of different modes are never ranked together.
 *
 * - `blocking`: a system call that sleeps until there is something.
 * - `event-loop`: idiomatic Node; the process sleeps in epoll_wait(2) and callbacks run.
 * - `spin`: the processor looks again and again; nothing sleeps.
 * - `hybrid`: spins for a while, then sleeps.
 */
export const MODES = ["blocking", "event-loop", "spin", "hybrid"] as const;
export type Mode = (typeof MODES)[number];

/**
 * What is measured, each in a table of its own.
 *
 * - `latency`: how long one round trip takes; every one is timed.
 * - `rate`: round trips per second, one after the other, with no clock inside the loop.
 * - `throughput`: messages one way, until the receiver has the last byte.
 * - `operations`: how often a second the mechanism's own operation is done: lock and unlock, post and wait.
 */
export const MEASURES = ["latency", "rate", "throughput", "operations"] as const;
export type Measure = (typeof MEASURES)[number];

/** Those that need messages, which is what most mechanisms are there for. */
export const MESSAGE_MEASURES: readonly Measure[] = ["latency", "rate", "throughput"];

/** Who does `operations`: side A alone while B sleeps, or both at once. */
export const OPERATORS = ["alone", "both"] as const;
export type Operators = (typeof OPERATORS)[number];

/** What the coordinator hands to one side of a channel. */
export interface ChannelEnd<Fd extends string, Name extends string> {
  /** Open descriptors for that side alone. They are given away: the kit closes them here. */
  readonly fds?: Readonly<Record<Fd, number>>;
  /** Names that this side opens by itself: a path, a key, a port. */
  readonly names?: Readonly<Record<Name, string>>;
  /** Variables that this side's process finds in its environment. The first of `fds` is number {@link FIRST_FD} there. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A way for two processes to send each other messages, one open for each launch. */
export interface Channel<Fd extends string = string, Name extends string = string> {
  /** The side that sends first. */
  readonly a: ChannelEnd<Fd, Name>;
  /** The side that answers, or only takes. */
  readonly b: ChannelEnd<Fd, Name>;
  /** Remove what would outlive the processes: a path, a queue. Called once, after both are gone. */
  remove?(): void | Promise<void>;
}

/** What one side's process, or thread, has to work with. */
export interface Side<Fd extends string = string, Name extends string = string> {
  readonly role: "a" | "b";
  /** Bytes in every message of this launch; 0 for a mechanism that only notifies. */
  readonly size: number;
  /** The descriptors of this side's {@link ChannelEnd}, as they are numbered in this process. */
  readonly fds: Readonly<Record<Fd, number>>;
  readonly names: Readonly<Record<Name, string>>;
  /** Where the sides are threads: what {@link BenchSpec.share} made for this one. */
  readonly shared?: Shared;
}

/** What two threads of one process can talk through, without a word to the kernel. */
export type Shared = MessagePort | SharedArrayBuffer;

/** One side's end in the modes that hold the thread: `blocking`, `spin` and `hybrid`. */
export interface SyncEndpoint extends Partial<OperatingEndpoint> {
  /** Send the whole message. The buffer is the caller's again on return. */
  send(message: Uint8Array): void;
  /** Wait for the next message and fill `message` with it. Returns the bytes that came: fewer means that the partner is gone. */
  receive(message: Uint8Array): number;
  /**
   * For a mechanism that may publish several messages at once: `throughput` sends with this instead,
   * and flushes when the run's last message is sent. `send` shows the receiver what it took only
   * when it likes to, and at the latest when there is no room left.
   */
  readonly batch?: { send(message: Uint8Array): void; flush(): void };
}

/** What `operations` needs. An endpoint may have this and no `send` and `receive`. */
export interface OperatingEndpoint {
  /** Do the operation `count` times. Must end without the other side's help. */
  operate(count: number): void;
  /**
   * What the operations came to, by their own count, both sides' together, since the channel was
   * opened: the counter under the lock. Anything but the number done voids the row.
   */
  operated?(): number;
}

/** One side's end in `event-loop` mode. What comes in goes to the `deliver` it was connected with. */
export interface EventLoopEndpoint {
  /** Send the whole message; `sent` is called when the buffer is the caller's again, never before this returns. Messages leave in order. */
  send(message: Uint8Array, sent: () => void): void;
}

type Awaitable<T> = T | Promise<T>;

type ConnectSync<Fd extends string, Name extends string> = (
  side: Side<Fd, Name>,
) => Awaitable<SyncEndpoint | OperatingEndpoint>;

type ConnectEventLoop<Fd extends string, Name extends string> = (
  side: Side<Fd, Name>,
  deliver: Deliver,
) => Awaitable<EventLoopEndpoint>;

/**
 * What one message one way, or one operation, costs by construction, both sides together. A test counts
 * the calls with strace(1).
 */
export interface Work {
  /** How often the kernel or a library copies the bytes. */
  readonly copies: number;
  /**
   * System calls in each mode, without those that are there only because somebody has to wait: a sleep
   * on a futex and the call that ends it, a look that finds nothing. In `event-loop` mode, of messages
   * that come one at a time: of several together, one turn of the loop takes them all.
   */
  readonly systemCalls: Readonly<Partial<Record<Mode, number>>>;
  /** Which copies and calls those are: `write(2) copies in, read(2) copies out`. */
  readonly says: string;
}

/** What a channel is opened for. */
interface Row {
  readonly mode: Mode;
  readonly size: number;
}

/** How the benchmark drives one mechanism. */
export interface BenchSpec<Fd extends string = string, Name extends string = string> {
  /** The name on the command line and in results: `pipe`. */
  readonly mechanism: string;
  /** `yardstick/NAME.c` of this package, which does the same in C. Absent: there is none yet. */
  readonly yardstick?: string;
  /** Why there is none, where there will never be one: `there is no such thing in C`. */
  readonly noYardstick?: string;
  /**
   * Modes in which the yardstick waits as well: it is told which by `--mode`, runs once for each, and
   * is compared with that one only. Absent: it has one way, and every mode is compared with it.
   */
  readonly yardstickModes?: readonly Mode[];
  /** The mechanism only notifies: messages have no bytes, and there is one row of size 0. */
  readonly notifies?: boolean;
  /**
   * Default: {@link MESSAGE_MEASURES}. A mechanism that merges what it is sent has no `throughput`.
   * `operations` alone has one row, of size 0.
   */
  readonly measures?: readonly Measure[];
  /** Absent: not stated. */
  readonly work?: Work;
  /** It has the open loop, too: messages one way on a schedule, whether or not the receiver keeps up. */
  readonly openLoop?: true;
  /** What the receiver has no room for is lost, and nobody is told. Absent: the sender waits. */
  readonly loses?: true;
  /** Who does `operations`. Default: `alone`. */
  readonly operators?: Operators;
  /** The longest message the mechanism takes, in bytes. A longer one is a failed row, never cut. */
  maxMessageBytes?(): number;
  /** Open a channel for one launch; runs in the coordinator. */
  open?(row: Row): Awaitable<Channel<Fd, Name>>;
  /**
   * Instead of `open`: the sides are not two processes but two threads of one, and this, which runs in
   * that process, makes what they talk through. A port is given away, to its side alone. No `operations`.
   */
  share?(row: Row): Awaitable<{ readonly a: Shared; readonly b: Shared }>;
  /** Connect one side's process to the channel. Throwing fails the row, and says why. */
  readonly modes: {
    readonly blocking?: ConnectSync<Fd, Name>;
    readonly spin?: ConnectSync<Fd, Name>;
    readonly hybrid?: ConnectSync<Fd, Name>;
    readonly "event-loop"?: ConnectEventLoop<Fd, Name>;
  };
}

/** A {@link BenchSpec} whose names of descriptors have done their work. */
export type Bench = BenchSpec<string, string>;

/** Declare how to measure a mechanism. The default export of a mechanism's `bench.ts`. */
export function defineBench<const Fd extends string = never, const Name extends string = never>(
  spec: BenchSpec<Fd, Name>,
): Bench {
  return spec as unknown as Bench;
}

/** What a bench measures. */
export function measuresOf(bench: Bench): readonly Measure[] {
  return bench.measures ?? MESSAGE_MEASURES;
}

/** Whether its messages have a size: the others have one row, of size 0. */
export function hasSizes(bench: Bench): boolean {
  return !bench.notifies && measuresOf(bench).some((measure) => measure !== "operations");
}

/** The modes a bench has, in the order of {@link MODES}; `only`: of these. */
export function modesOf(bench: Bench, only: readonly Mode[] = MODES): Mode[] {
  return MODES.filter((mode) => bench.modes[mode] !== undefined && only.includes(mode));
}
