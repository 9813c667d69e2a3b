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
 */
export const MEASURES = ["latency", "rate", "throughput"] as const;
export type Measure = (typeof MEASURES)[number];

/** What the coordinator hands to one side of a channel. */
export interface ChannelEnd<Fd extends string, Name extends string> {
  /** Open descriptors for that side alone. They are given away: the kit closes them here. */
  readonly fds?: Readonly<Record<Fd, number>>;
  /** Names that this side opens by itself: a path, a key, a port. */
  readonly names?: Readonly<Record<Name, string>>;
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

/** What one process of a launch has to work with. */
export interface Side<Fd extends string = string, Name extends string = string> {
  readonly role: "a" | "b";
  /** Bytes in every message of this launch; 0 for a mechanism that only notifies. */
  readonly size: number;
  /** The descriptors of this side's {@link ChannelEnd}, as they are numbered in this process. */
  readonly fds: Readonly<Record<Fd, number>>;
  readonly names: Readonly<Record<Name, string>>;
}

/** One side's end in the modes that hold the thread: `blocking`, `spin` and `hybrid`. */
export interface SyncEndpoint {
  /** Send the whole message. The buffer is the caller's again on return. */
  send(message: Uint8Array): void;
  /** Wait for the next message and fill `message` with it. Returns the bytes that came: fewer means that the partner is gone. */
  receive(message: Uint8Array): number;
}

/** One side's end in `event-loop` mode. What comes in goes to the `deliver` it was connected with. */
export interface EventLoopEndpoint {
  /** Send the whole message; `sent` is called when the buffer is the caller's again, never before this returns. Messages leave in order. */
  send(message: Uint8Array, sent: () => void): void;
}

type Awaitable<T> = T | Promise<T>;

type ConnectSync<Fd extends string, Name extends string> = (side: Side<Fd, Name>) => Awaitable<SyncEndpoint>;

type ConnectEventLoop<Fd extends string, Name extends string> = (
  side: Side<Fd, Name>,
  deliver: Deliver,
) => Awaitable<EventLoopEndpoint>;

/** How the benchmark drives one mechanism. */
export interface BenchSpec<Fd extends string = string, Name extends string = string> {
  /** The name on the command line and in results: `pipe`. */
  readonly mechanism: string;
  /** `yardstick/NAME.c` of this package, which does the same in C. Absent: there is none yet. */
  readonly yardstick?: string;
  /** The mechanism only notifies: messages have no bytes, and there is one row of size 0. */
  readonly notifies?: boolean;
  /** Default: all three. A mechanism that merges what it is sent has no `throughput`. */
  readonly measures?: readonly Measure[];
  /** The longest message the mechanism takes, in bytes. A longer one is a failed row, never cut. */
  maxMessageBytes?(): number;
  /** Open a channel for one launch; runs in the coordinator. */
  open(row: { readonly mode: Mode; readonly size: number }): Awaitable<Channel<Fd, Name>>;
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

/** The modes a bench has, in the order of {@link MODES}. */
export function modesOf(bench: Bench): Mode[] {
  return MODES.filter((mode) => bench.modes[mode] !== undefined);
}
