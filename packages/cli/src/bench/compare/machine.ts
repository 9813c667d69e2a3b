import { MEASURES } from "@ipc-playground/bench-kit";
import { type BenchResult, speedsOf } from "@ipc-playground/bench-kit/run";
import { medianOf } from "./bootstrap.ts";
import { CONTROLS_BELOW, WORTH_TELLING } from "./rule.ts";

/** What the machine did between two results, whatever the programs did. */
export interface Machine {
  /** How much faster it was in the newer one; 1 where nothing says. */
  ratio: number;
  /** What says so: the C programs, or the arithmetic before each launch. */
  by: "C" | "pace" | null;
  /** Figures of the C programs, which do the same in both. */
  controls: number;
  /**
   * The least factor that a change must have to be told. A figure of C that moves, moves for no reason of
   * the programs: so a change must be greater than most of those movements. Schuemie and others (2014),
   * "Interpreting observational studies: why empirical calibration is needed to correct p-values".
   */
  leastEffect: number;
}

/** Fewer figures of C than this are no middle to speak of. */
const LEAST_CONTROLS = 3;

export function machineOf(older: BenchResult, newer: BenchResult): Machine {
  const old = yardsticksOf(older);
  const ratios = [...yardsticksOf(newer)].flatMap(([name, speeds]) => {
    const before = old.get(name);
    return before ? [medianOf(speeds) / medianOf(before)] : [];
  });
  const controls = ratios.length;
  if (controls < LEAST_CONTROLS) {
    const pace = paceRatio(older, newer);
    return { ratio: pace ?? 1, by: pace === null ? null : "pace", controls, leastEffect: WORTH_TELLING };
  }
  const ratio = medianOf(ratios);
  const moved = ratios.map((one) => Math.max(one / ratio, ratio / one)).sort((x, y) => x - y);
  const most = moved[Math.ceil(controls * CONTROLS_BELOW) - 1] ?? 1;
  return { ratio, by: "C", controls, leastEffect: Math.max(WORTH_TELLING, most) };
}

function paceRatio({ pace: older }: BenchResult, { pace: newer }: BenchResult): number | null {
  if (older.length === 0 || newer.length === 0) return null;
  return medianOf(older.map(({ ns }) => ns)) / medianOf(newer.map(({ ns }) => ns));
}

/** The C programs' speeds, by program and measure. */
function yardsticksOf({ launches }: BenchResult): Map<string, number[]> {
  const speeds = new Map<string, number[]>();
  for (const launch of launches.filter(({ by }) => by === "c")) {
    const { mechanism, waits, size, placement } = launch;
    for (const measure of MEASURES) {
      const name = JSON.stringify([mechanism, waits, size, placement, measure]);
      const values = speedsOf([launch], measure).map(({ value }) => value);
      if (values.length > 0) speeds.set(name, [...(speeds.get(name) ?? []), ...values]);
    }
  }
  return speeds;
}
