import {
  defaultPlacement,
  LADDER_MS,
  type LoadedBench,
  PLACEMENTS,
  type Placement,
  type ScheduleOptions,
  schedule,
  settlingMs,
} from "@ipc-playground/bench-kit/run";
import { loadSizes } from "./open-loop.ts";
import { ASIDE } from "./registry.ts";
import type { BenchOptions } from "./run.ts";

interface Profile {
  /** Bytes of a message. */
  sizes: readonly number[];
  /** Where nothing was named, and everything is measured. Default: `sizes`. */
  sizesOfEverything?: readonly number[];
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
  const sizes = options.size ?? ((everything && profile.sizesOfEverything) || profile.sizes);
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
  return {
    profile: own === undefined && everything ? name : "custom",
    ...plan,
    loadSizes: forLoad,
    ...durationsWithin(profile, {
      ...plan,
      benches,
      modes: options.mode,
      // The budget knows of the open loop where the profile has it; who asks for it beside has time for it.
      loadSizes: options.full ? forLoad : [],
    }),
  };
}

/**
 * The profile's durations, or as much of them as the budget has room for. The open loop of `loadSizes`
 * is taken off the budget.
 */
function durationsWithin(
  { warmMs, timedMs, budgetMs }: Profile,
  plan: Omit<ScheduleOptions, "seed">,
): { warmMs: number; timedMs: number } {
  const planned = schedule({ ...plan, seed: 0 }, ({ yardstick }) => yardstick !== undefined);
  let fixedMs = 0;
  let scalableMs = 0;
  for (const { by, measures, load } of planned) {
    fixedMs += by === "c" ? START_MS.c + measures.length * settlingMs(timedMs) : START_MS.node;
    fixedMs += load ? LADDER_MS : 0;
    scalableMs += (by === "c" ? 0 : warmMs) + measures.length * timedMs * OVERSHOOT;
  }
  const share = Math.min(1, Math.max(0, (budgetMs - fixedMs) / scalableMs));
  const scaled = (ms: number, least: number) => Math.max(least, Math.floor(ms * share));
  return { warmMs: scaled(warmMs, LEAST_MS.warm), timedMs: scaled(timedMs, LEAST_MS.timed) };
}
