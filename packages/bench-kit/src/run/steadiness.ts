/** How evenly a machine ran, by how long the same piece of arithmetic took again and again. */
export type Steadiness =
  | { kind: "unknown" }
  | {
      kind: "steady" | "noisy";
      medianNs: number;
      /** How far four fifths of the samples lie apart, without the highest and the lowest tenth, as a share of the median. */
      range: number;
    }
  | { kind: "bimodal"; fast: Pace; slow: Pace };

export interface Pace {
  medianNs: number;
  /** How many of all samples. */
  share: number;
}

/** Fewer samples say nothing about a distribution. */
const LEAST_SAMPLES = 30;
/** Four fifths of the samples lie further apart than this share of the median. */
const NOISY = 0.25;
/** As many of the slowest may be stalls, which are no second speed. */
const STALLS = 0.1;
/**
 * How much of the variance two groups explain: of a uniform distribution any cut in the middle explains
 * 3/4, of a normal one 2/π. Two normal ones explain 0.85 when they are nearly 5 standard deviations apart.
 */
const EXPLAINED = 0.85;
/** A smaller group is outliers, not a second speed. */
const FAIR_SHARE = 0.15;
/** Two speeds that are nearer than this disturb nobody. */
const APART = 1.15;

/**
 * Whether the samples are close together, far apart, or in two groups: a machine of two speeds.
 *
 * The two groups are those of the cut that leaves the least variance within them; it is a good cut if
 * they explain most of the variance (Otsu 1979, "A threshold selection method from gray-level
 * histograms"). This is done on logarithms, and without the slowest tenth, so that neither a stall nor
 * several look like a group.
 */
export function steadinessOf(samplesNs: readonly number[]): Steadiness {
  if (samplesNs.length < LEAST_SAMPLES) return { kind: "unknown" };
  const sorted = samplesNs.toSorted((x, y) => x - y);
  const cut = cutOf(sorted.slice(0, Math.ceil(sorted.length * (1 - STALLS))).map(Math.log));
  const [fast, slow] = [paceOf(sorted.slice(0, cut.at), sorted), paceOf(sorted.slice(cut.at), sorted)];
  const fair = Math.min(fast.share, slow.share) >= FAIR_SHARE;
  if (fair && cut.explained >= EXPLAINED && slow.medianNs / fast.medianNs >= APART) {
    return { kind: "bimodal", fast, slow };
  }
  const medianNs = quantile(sorted, 0.5);
  const range = (quantile(sorted, 0.9) - quantile(sorted, 0.1)) / medianNs;
  return { kind: range > NOISY ? "noisy" : "steady", medianNs, range };
}

function paceOf(part: readonly number[], all: readonly number[]): Pace {
  return { medianNs: quantile(part, 0.5), share: part.length / all.length };
}

/** Linear between the two values that it falls between; `NaN` for none. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return below + (above - below) * (at - Math.floor(at));
}

/** Where to cut, as the number of values before it, and the share of the variance that lies between the two parts. */
function cutOf(sorted: readonly number[]): { at: number; explained: number } {
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const count = sorted.length;
  const total = sum(sorted);
  const mean = total / count;
  const variance = sum(sorted.map((value) => (value - mean) ** 2));
  let [best, between, before] = [0, 0, 0];
  for (const [i, value] of sorted.entries()) {
    before += value;
    const [low, high] = [i + 1, count - i - 1];
    if (high === 0) break;
    const apart = before / low - (total - before) / high;
    const here = ((low * high) / count) * apart ** 2;
    if (here > between) [best, between] = [low, here];
  }
  return { at: best, explained: variance === 0 ? 0 : between / variance };
}
