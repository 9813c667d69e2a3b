const STEPS = 400_000;

/** Each piece goes on from the last one's result, so that no compiler finds the work to be for nothing. */
let state = 2_463_534_242;

/**
 * How long the same small piece of arithmetic takes now, in ns: about a millisecond. Between two
 * launches it shows how fast the machine is, whatever is measured.
 */
export function takePace(): number {
  const before = process.hrtime.bigint();
  let x = state;
  for (let i = 0; i < STEPS; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  state = x;
  return Number(process.hrtime.bigint() - before);
}
