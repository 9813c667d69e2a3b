/** How a message is written: ours can do the first three, and pg and ws are their owners' own. */
export type Format = "length" | "varint" | "lines" | "pg" | "ws";

/** What one launch does. */
export interface Job {
  contender: string;
  does: "decode" | "encode";
  /** Bytes of a message, without header or delimiter. */
  size: number;
  /** Bytes of a chunk that is decoded. */
  chunk: number;
  /** `speed` measures time; `memory` counts bytes that are allocated, in a process that never collects any. */
  what: "speed" | "memory";
  /** Both are time on a processor. */
  warmMs: number;
  timedMs: number;
}

/** What a launch prints, as one line of JSON. */
export type Answer =
  | {
      kind: "speed";
      frames: number;
      /** Time on a processor, of all threads: other programs do not change it. */
      cpuNs: number;
      /** Time on the clock. */
      ns: number;
    }
  | {
      kind: "memory";
      frames: number;
      /** Bytes of JavaScript objects that were made. */
      heapBytes: number;
      /** Bytes of memory behind typed arrays. */
      bufferBytes: number;
    }
  | { kind: "failed"; reason: string };

/** Somebody who decodes or encodes. */
export interface Contender {
  /** Unique among those that do the same. */
  readonly name: string;
  readonly does: Job["does"];
  readonly format: Format;
  /** Which way of ours it is; absent: somebody else's. */
  readonly ours?: "core" | "batches" | "stream";
  /** Somebody else's that is a Node stream. */
  readonly streams?: true;
  /** Chunks come one await at a time, as from a socket; otherwise they are all at hand. */
  readonly source?: "async";
}
