import type { Measure } from "../bench.ts";
import type { Payload } from "../payload.ts";

/** What a run tells, before it is written down for the coordinator. */
export interface Timing {
  /** When it began, then the end of each tenth. */
  marks: bigint[];
  /** Nanoseconds of each round trip, where each was timed. */
  samples?: Float64Array;
}

/** One side's share of every measure, over one endpoint. */
export interface Driver {
  /** One round trip that nobody times: after it, both sides are known to be there. */
  meet(payload: Payload): Promise<void>;
  run(measure: Measure, count: number, payload: Payload): Promise<Timing>;
}
