import { type Bench, hasSizes, type Measure, type Mode, measuresOf, modesOf } from "../bench.ts";
import type { Placement } from "./placement.ts";
import type { Launch } from "./result.ts";
import { seededRandom, shuffled } from "./shuffle.ts";

export interface LoadedBench {
  bench: Bench;
  /** The module whose default export it is: every process imports it from there. */
  url: string;
}

/** One launch that is to come. */
export interface Planned {
  loaded: LoadedBench;
  by: Launch["by"];
  /** For c: how it waits, where it has several ways. */
  waits?: Mode;
  size: number;
  placement: Placement;
  block: number;
  /** Which launch of the whole plan it is. */
  order: number;
  /** In the order in which this launch runs them. */
  measures: Measure[];
  /** Whether the open loop comes after them. */
  load: boolean;
}

export interface ScheduleOptions {
  benches: readonly LoadedBench[];
  sizes: readonly number[];
  placements: readonly Placement[];
  /** The sizes at which the placements after the first are run. Default: all. */
  placementSizes?: readonly number[] | undefined;
  /** Mechanisms that are run at `placementSizes` and in the first placement only. Default: none. */
  briefly?: readonly string[] | undefined;
  /** The sizes at which the open loop is run, on two cores: its sender keeps one busy. Default: none. */
  loadSizes?: readonly number[] | undefined;
  modes?: readonly Mode[] | undefined;
  runs: number;
  seed: number;
}

/**
 * The order of all launches, which the seed alone decides. Blocks of one launch of everything;
 * within a block, a yardstick runs beside the modes that it is compared with, in the same placement.
 */
export function schedule(options: ScheduleOptions, hasYardstick: (bench: Bench) => boolean): Planned[] {
  const random = seededRandom(options.seed);
  const groups = options.benches.flatMap((loaded) =>
    sizesOf(loaded.bench, options).flatMap((size) =>
      placementsAt(loaded.bench, size, options).map((placement) => ({ loaded, size, placement })),
    ),
  );
  const blocks = Array.from({ length: options.runs }, (_, block) =>
    shuffled(groups, random).flatMap(({ loaded, size, placement }) => {
      const { bench } = loaded;
      const modes = modesOf(bench, options.modes);
      const by: Pick<Planned, "by" | "waits">[] = modes.map((mode) => ({ by: mode }));
      if (hasYardstick(bench)) by.push(...yardsticksOf(bench, modes));
      return shuffled(by, random).map((who) => {
        const measures = shuffled(measuresOf(bench), random);
        const load = who.by !== "c" && hasLoad(bench, size, placement, options);
        return { loaded, ...who, size, placement, block, measures, load };
      });
    }),
  );
  return blocks.flat().map((one, order) => ({ ...one, order }));
}

function hasLoad(bench: Bench, size: number, placement: Placement, { loadSizes }: ScheduleOptions): boolean {
  return placement === "two-cores" && Boolean(bench.openLoop && loadSizes?.includes(size));
}

type Where = Pick<ScheduleOptions, "sizes" | "placements" | "placementSizes" | "briefly">;

/** The sizes at which a bench is run; 0 for one that has none. */
function sizesOf(bench: Bench, { sizes, placementSizes = sizes, briefly }: Where): readonly number[] {
  if (!hasSizes(bench)) return [0];
  return briefly?.includes(bench.mechanism) ? sizes.filter((size) => placementSizes.includes(size)) : sizes;
}

/** The placements in which a bench is run at a size. */
function placementsAt(
  { mechanism }: Bench,
  size: number,
  { sizes, placements, placementSizes = sizes, briefly }: Where,
): readonly Placement[] {
  const all = !briefly?.includes(mechanism) && (size === 0 || placementSizes.includes(size));
  return all ? placements : placements.slice(0, 1);
}

function yardsticksOf({ yardstickModes }: Bench, modes: readonly Mode[]): Pick<Planned, "by" | "waits">[] {
  if (yardstickModes === undefined) return [{ by: "c" }];
  return modes.filter((mode) => yardstickModes.includes(mode)).map((waits) => ({ by: "c", waits }));
}
