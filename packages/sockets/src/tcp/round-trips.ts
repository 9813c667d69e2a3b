/** Round trips that the mean is taken of. */
const MEAN_OF = 20;
/** Round trips that the 99th percentile is taken of: the latest ones. */
const KEPT = 1_000;

/** Round trips in milliseconds; `null` as long as there was none. */
export interface RoundTripSummary {
  count: number;
  lastMs: number | null;
  /** Of the last 20. */
  meanMs: number | null;
  /** Of the last 1,000: one in a hundred took longer. */
  p99Ms: number | null;
}

/** Remembers the latest round trips, and no more of them than it needs. */
export class RoundTrips {
  readonly #kept: number[] = [];
  #count = 0;

  add(ms: number): void {
    this.#kept[this.#count % KEPT] = ms;
    this.#count++;
  }

  summary(): RoundTripSummary {
    const kept = this.#kept.length;
    if (kept === 0) return { count: 0, lastMs: null, meanMs: null, p99Ms: null };
    const latest = Array.from(
      { length: Math.min(MEAN_OF, kept) },
      (_, back) => this.#kept[(this.#count - 1 - back) % KEPT] as number,
    );
    const sorted = this.#kept.toSorted((a, b) => a - b);
    return {
      count: this.#count,
      lastMs: latest[0] as number,
      meanMs: latest.reduce((sum, ms) => sum + ms, 0) / latest.length,
      // The nearest rank: the smallest that 99 of 100 do not exceed.
      p99Ms: sorted[Math.ceil(kept * 0.99) - 1] as number,
    };
  }
}
