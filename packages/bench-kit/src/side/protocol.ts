import type { ResourceUsage } from "@ipc-playground/libc";
import type { Measure, Mode, Operators } from "../bench.ts";
import type { Load } from "./open-loop.ts";

/** What a side's process is started with, as the JSON of its only argument; for threads, one of each. */
export interface SideJob {
  /** The bench module. */
  url: string;
  mode: Mode;
  role: "a" | "b";
  size: number;
  /** Name of each descriptor, in the order of their numbers from {@link FIRST_FD} on. */
  fds: string[];
  names: Record<string, string>;
  /** There is one more descriptor after those: a page for both sides, see meeting-place.ts. */
  page: boolean;
  /** The processor to stay on; absent: wherever the scheduler likes. */
  cpu?: number;
  /** The coordinator's pid: if it is not the parent any more, there is nobody to work for. */
  coordinator: number;
}

/** Where the coordinator's commands come in and the answers go out: JSON Lines over a socket pair. */
export const CONTROL_FD = 3;
/** Where the sides are threads of one process: A's and B's. */
export const THREAD_CONTROL_FDS = { a: 3, b: 4 } as const;
/** The number, in the side's process, of the first descriptor of its end of the channel. */
export const FIRST_FD = 4;

/** One run of one measure. Both sides get the same. */
export interface RunCommand {
  measure: Measure;
  /** For `operations`: how many the side that is first does. */
  messages: number;
  /** Who does `operations`. */
  operators: Operators;
  payload: "complete" | "sampled";
  /** Send on this schedule, instead of as the measure does. */
  load?: Load;
}

/** What a side saw of a run. */
export interface SideRun {
  /** CLOCK_MONOTONIC in ns, as decimal text: when the run began and when each tenth of it was over. */
  marks: string[];
  usage: ResourceUsage;
  /** Nanoseconds of each round trip: side A, `latency`. */
  samples?: number[];
  /** How many it did: `operations`. */
  operations?: number;
  /** When each message came, in ns since this side's first mark: side B, on a schedule. */
  arrivals?: number[];
}

export interface SideFailure {
  fact: string;
  nextStep: string;
}

export type SideAnswer =
  /** The processors it may run on, read back from the kernel, and what the kernel calls its thread. */
  { ready: { cpus: number[]; tid: number } } | { ran: SideRun } | { failed: SideFailure };
