/** From this many values on, both sides together, the normal approximation is as good as exact. */
const MANY = 40;

/**
 * The probability that two sides of one and the same source lie as far apart as these do, by rank:
 * the two-sided test of Mann and Whitney. It asks for no form of distribution. With five values on each
 * side the least that it can give is 2/252 = 0.008, when no two of them overlap.
 *
 * @see Mann and Whitney (1947), "On a test of whether one of two random variables is stochastically larger"
 */
export function rankTest(x: readonly number[], y: readonly number[]): number {
  let wins = 0;
  for (const one of x) for (const other of y) wins += one > other ? 1 : one === other ? 0.5 : 0;
  const pairs = x.length * y.length;
  // Half a win comes from a tie: rounded so that it speaks for no difference.
  const fewer = Math.ceil(Math.min(wins, pairs - wins));
  if (x.length + y.length > MANY) return normalTail(fewer, x.length, y.length);
  const ways = waysToWin(x.length, y.length);
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  return Math.min(1, (2 * sum(ways.slice(0, fewer + 1))) / sum(ways));
}

/** In how many orders of `n` and `m` values the first side wins 0, 1, … of the pairs: the Gaussian binomial's coefficients. */
function waysToWin(n: number, m: number): number[] {
  const ways = Array<number>(n * m + 1).fill(0);
  ways[0] = 1;
  const add = (to: number, from: number, sign: number) => {
    ways[to] = (ways[to] ?? 0) + sign * (ways[from] ?? 0);
  };
  for (let i = 1; i <= n; i++) {
    for (let wins = n * m; wins >= m + i; wins--) add(wins, wins - m - i, -1);
    for (let wins = i; wins <= n * m; wins++) add(wins, wins - i, 1);
  }
  return ways;
}

function normalTail(fewer: number, n: number, m: number): number {
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return Math.min(1, erfc(Math.max(0, (n * m) / 2 - fewer - 0.5) / deviation / Math.SQRT2));
}

/** For x of 0 and more, to within 2e-7. Abramowitz and Stegun (1964), formula 7.1.26. */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  return terms.reduceRight((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x);
}
