import type { Measure, Operators } from "../bench.ts";
import type { Payload } from "../payload.ts";
import type { Load } from "./open-loop.ts";

export type MessageMeasure = Exclude<Measure, "operations">;

/** What a run tells, before it is written down for the coordinator. */
export interface Timing {
  /** When it began, then the end of each tenth. */
  marks: bigint[];
  /** Nanoseconds of each round trip, where each was timed. */
  samples?: Float64Array;
  /** How many operations this side did; `operations` only. */
  operations?: number;
  /** When each message came, in ns since the first mark; from {@link Driver.load}. */
  arrivals?: Float64Array;
}

/** One side's share of every measure, over one endpoint. */
export interface Driver {
  /** One round trip that nobody times: after it, both sides are known to be there. */
  meet(payload: Payload): Promise<void>;
  run(measure: MessageMeasure, count: number, payload: Payload): Promise<Timing>;
  /** One way, on a schedule. Absent: this endpoint has no messages. */
  load?(load: Load, payload: Payload): Promise<Timing>;
  /** At most `count` operations; A and B start together. Absent: this endpoint has none. */
  operate?(count: number, operators: Operators): Timing;
}
