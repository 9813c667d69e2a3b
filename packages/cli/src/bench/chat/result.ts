import type { Control, Machine, Placement } from "@ipc-playground/bench-kit/run";
import type { ArriveRun, BroadcastRun, Launched, ServerName } from "@ipc-playground/chat/bench";

/** What a row of launches is about. */
export type Row = { server: ServerName } & (
  | {
      does: "broadcast";
      receivers: number;
      /** Bytes of a text. */
      size: number;
    }
  | { does: "idle"; connections: number }
  | { does: "arrive"; atOnce: number }
);

/** A run as it is saved: its latencies as an HDR histogram, in ns. */
export type SavedRun = Omit<BroadcastRun, "latencyNs"> & { histogram: string };

/** What was seen, one of these. */
export interface Seen {
  /** A run for each window. */
  runs?: SavedRun[];
  arrivals?: ArriveRun;
  /** Resident bytes of the server before anybody came, and with everybody there. */
  memory?: { before: number; after: number };
}

export type Launch = Row &
  Seen & {
    /** Launches of one block and one kind of row ran beside each other. */
    block: number;
    order: number;
    cpus: Launched["cpus"];
  };

export type Failure = Row & { reason: string };

/** What `--json` saves. */
export interface ChatResult {
  format: "ipc-playground bench chat";
  version: 1;
  startedAt: string;
  seconds: number;
  commandLine: string[];
  machine: Machine;
  packages: Record<string, string>;
  plan: Plan;
  controls: Control[];
  /** Servers that could not be measured at all, and why. */
  absent: Partial<Record<ServerName, string>>;
  launches: Launch[];
  failures: Failure[];
}

export interface Plan {
  seed: number;
  runs: number;
  warmMs: number;
  timedMs: number;
  placement: Placement;
  receivers: number[];
  windows: number[];
  sizes: number[];
  /** Connections that say nothing. */
  idle: number;
  /** Connections that are on their way at any time, where arrivals are counted. */
  atOnce: number;
}

/** The same row: what is measured, of whom. */
export function isSameRow(one: Row, other: Row): boolean {
  return one.server === other.server && isSameKind(one, other);
}

/** What is measured, whoever it is. */
export function isSameKind(one: Row, other: Row): boolean {
  if (one.does === "broadcast" && other.does === "broadcast") {
    return one.receivers === other.receivers && one.size === other.size;
  }
  return one.does === other.does;
}
