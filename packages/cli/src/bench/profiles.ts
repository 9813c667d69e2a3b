import { type Mode, measuresOf, modesOf } from "@ipc-playground/bench-kit";
import {
  defaultPlacement,
  type LoadedBench,
  PLACEMENTS,
  type Placement,
  placementsAt,
  sizesOf,
} from "@ipc-playground/bench-kit/run";
import { loadMs, loadSizes } from "./open-loop.ts";
import { ASIDE } from "./registry.ts";
import type { BenchOptions } from "./run.ts";

interface Profile {
  /** Bytes of a message; with no names at all, only the first ones. */
  sizes: readonly number[];
  sizesOfEverything: readonly number[];
  runs: number;
  /** The longest worth waiting for. Where that would take longer than the budget, both shrink alike. */
  warmMs: number;
  timedMs: number;
  budgetMs: number;
  /** Beside the usual one, at {@link PLACEMENT_SIZES}. */
  otherPlacements: readonly Placement[];
}

const KIB = 1024;

export const PROFILES = {
  /** Short enough to wait for: under half a minute for a mechanism, under two minutes for everything. */
  quick: {
    sizes: [100, 64 * KIB],
    sizesOfEverything: [100],
    runs: 5,
    warmMs: 250,
    timedMs: 80,
    budgetMs: 95_000,
    otherPlacements: [],
  },
  /** From one cache line over PIPE_BUF and a pipe's capacity to far more than either. */
  full: {
    sizes: [64, 100, KIB, 4 * KIB, 64 * KIB, KIB * KIB],
    sizesOfEverything: [64, 100, KIB, 4 * KIB, 64 * KIB, KIB * KIB],
    runs: 5,
    warmMs: 500,
    timedMs: 500,
    budgetMs: 17 * 60_000,
    otherPlacements: PLACEMENTS,
  },
} as const satisfies Record<string, Profile>;

/** What placements are compared at. */
const PLACEMENT_SIZES = [100];

/** Shorter than this, and a run is mostly its start. */
const LEAST_MS = { warm: 20, timed: 15 };

/** What a launch takes beside its warm-up and its runs: two Node processes on two cores; the C programs next to nothing. */
const START_MS = { node: 340, c: 15 };
/** A run aims over the least. */
const OVERSHOOT = 1.5;
/** The C programs are not warmed up, but settle for as long as a run, and at most for this. */
const SETTLE_MS = 30;

export interface Chosen {
  profile: "quick" | "full" | "custom";
  sizes: readonly number[];
  runs: number;
  warmMs: number;
  timedMs: number;
  placements: readonly Placement[];
  placementSizes: readonly number[];
  briefly: readonly string[];
  loadSizes: readonly number[];
}

/** Sizes, runs, placements and durations for what was asked. */
export function chooseProfile(
  benches: readonly LoadedBench[],
  { everything, ...options }: BenchOptions & { everything: boolean },
): Chosen {
  const name = options.full ? "full" : "quick";
  const profile: Profile = PROFILES[name];
  const usual = defaultPlacement();
  const possible = (placement: Placement) => placement !== "two-cores" || usual === "two-cores";
  const placements = options.placement ?? [...new Set([usual, ...profile.otherPlacements.filter(possible)])];
  const sizes = options.size ?? (everything ? profile.sizesOfEverything : profile.sizes);
  const small = sizes.filter((size) => PLACEMENT_SIZES.includes(size));
  const plan = {
    sizes,
    runs: options.runs ?? profile.runs,
    placements,
    placementSizes: options.placement ? sizes : small.length > 0 ? small : sizes.slice(0, 1),
    briefly: everything ? ASIDE : [],
  };
  const own = options.size ?? options.runs ?? options.placement ?? options.mode ?? options.load;
  const forLoad = loadSizes(benches, plan, options);
  // The budget knows of the open loop where the profile has it; who asks for it beside has time for it.
  const beside = options.full && forLoad.length > 0 ? plan.runs * loadMs(benches, options.mode) : 0;
  return {
    profile: own === undefined && everything ? name : "custom",
    ...plan,
    loadSizes: forLoad,
    ...durationsWithin({ ...profile, budgetMs: profile.budgetMs - beside }, plan, benches, options.mode),
  };
}

/** The profile's durations, or as much of them as the budget has room for. */
function durationsWithin(
  { warmMs, timedMs, budgetMs }: Profile,
  { runs, ...plan }: Pick<Chosen, "sizes" | "runs" | "placements" | "placementSizes" | "briefly">,
  benches: readonly LoadedBench[],
  modes: readonly Mode[] | undefined,
): { warmMs: number; timedMs: number } {
  let fixedMs = 0;
  let scalableMs = 0;
  for (const { bench } of benches) {
    const rows = sizesOf(bench, plan).flatMap((size) => placementsAt(bench, size, plan)).length;
    const measures = measuresOf(bench).length;
    const ours = modesOf(bench).filter((mode) => modes?.includes(mode) ?? true).length;
    const c = bench.yardstick === undefined ? 0 : (bench.yardstickModes?.length ?? 1);
    fixedMs += rows * (ours * START_MS.node + c * (START_MS.c + measures * Math.min(SETTLE_MS, timedMs)));
    scalableMs += rows * (ours * warmMs + (ours + c) * measures * timedMs * OVERSHOOT);
  }
  const share = Math.min(1, Math.max(0, (budgetMs / runs - fixedMs) / scalableMs));
  const scaled = (ms: number, least: number) => Math.max(least, Math.floor(ms * share));
  return { warmMs: scaled(warmMs, LEAST_MS.warm), timedMs: scaled(timedMs, LEAST_MS.timed) };
}
