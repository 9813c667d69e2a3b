import type { Machine } from "@ipc-playground/bench-kit/run";
import type { Contender } from "@ipc-playground/framing/bench";

/** One row of one table: who, what, how large, cut how. */
export interface Row {
  contender: string;
  does: Contender["does"];
  /** Bytes of a message. */
  size: number;
  /** Bytes of a chunk; for what encodes it says nothing. */
  chunk: number;
}

export interface Launch extends Row {
  /** Launches of one block and one table ran beside each other. */
  block: number;
  order: number;
  frames: number;
  /** Time on a processor, of all threads of the process. */
  cpuNs: number;
  /** Time on the clock. */
  ns: number;
}

/** What was allocated, garbage included, in a launch of its own. */
export interface Memory extends Row {
  frames: number;
  heapBytes: number;
  bufferBytes: number;
}

export interface Failure extends Row {
  reason: string;
}

/** What `--json` saves. */
export interface FramingResult {
  format: "ipc-playground bench framing";
  version: 1;
  startedAt: string;
  seconds: number;
  commandLine: string[];
  machine: Machine;
  plan: { seed: number; runs: number; warmMs: number; timedMs: number; sizes: number[]; chunks: number[] };
  launches: Launch[];
  memory: Memory[];
  failures: Failure[];
}

export function isSameRow(one: Row, other: Row): boolean {
  return (
    one.contender === other.contender &&
    one.does === other.does &&
    one.size === other.size &&
    one.chunk === other.chunk
  );
}
