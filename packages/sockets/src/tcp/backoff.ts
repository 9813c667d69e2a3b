import { DEFAULT_BASE_MS, DEFAULT_CAP_MS } from "./limits.ts";

export interface BackoffOptions {
  /** Milliseconds: the first delay is at most this, and the bound doubles with every try. Default: 250. */
  baseMs?: number;
  /** Milliseconds: no delay is longer. Default: 30 s. */
  capMs?: number;
  /** From 0 up to 1. Default: `Math.random`. */
  random?: () => number;
}

/**
 * How long to wait before try number `retry` (1, 2, …), in milliseconds: anything from 0 to a bound that
 * doubles. "Full jitter": clients that lost one server at one moment do not all come back at another.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitter(retry: number, options: BackoffOptions = {}): number {
  const { baseMs = DEFAULT_BASE_MS, capMs = DEFAULT_CAP_MS, random = Math.random } = options;
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** (retry - 1)));
}
