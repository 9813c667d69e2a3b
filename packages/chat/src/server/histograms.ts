import { Histogram, Registry } from "prom-client";

/** Bounds of the buckets, in milliseconds, from a loopback's round trip to a hopeless one's. */
const BUCKETS_MS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000, 5_000];

/** What is measured of a running server, and not just counted. */
export interface Histograms {
  readonly registry: Registry;
  /** Of heartbeats. */
  readonly roundTrip: Histogram;
  /** From the first message of a flush to the last write of it. */
  readonly fanOut: Histogram;
}

export function newHistograms(): Histograms {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    roundTrip: new Histogram({
      name: "chat_round_trip_ms",
      help: "Round trips of heartbeats, in milliseconds",
      buckets: BUCKETS_MS,
      registers,
    }),
    fanOut: new Histogram({
      name: "chat_fan_out_ms",
      help: "From the first message of a flush to its last write, in milliseconds",
      buckets: BUCKETS_MS,
      registers,
    }),
  };
}
