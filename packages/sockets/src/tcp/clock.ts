/** Time, passed in: a test turns it by hand, and waits for nothing. */
export interface Clock {
  /** Milliseconds since some moment; only differences mean something. */
  now(): number;
  /** Call back once, in that many milliseconds. Returns what calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The monotonic clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
