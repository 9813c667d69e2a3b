const start = process.hrtime.bigint();

/** CLOCK_MONOTONIC in ns since this process began: small enough for a plain number to hold it exactly. */
export function nowNs(): number {
  return Number(process.hrtime.bigint() - start);
}
