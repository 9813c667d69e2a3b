import { type Bench, MEASURES, type Measure, type Mode, modesOf } from "../bench.ts";
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
  size: number;
  block: number;
  /** In the order in which this launch runs them. */
  measures: Measure[];
}

export interface ScheduleOptions {
  benches: readonly LoadedBench[];
  sizes: readonly number[];
  modes?: readonly Mode[] | undefined;
  runs: number;
  seed: number;
}

/**
 * The order of all launches, which the seed alone decides. Blocks of one launch of everything;
 * within a block, a yardstick runs beside the modes that it is compared with.
 */
export function schedule(options: ScheduleOptions, hasYardstick: (bench: Bench) => boolean): Planned[] {
  const random = seededRandom(options.seed);
  const groups = options.benches.flatMap((loaded) =>
    (loaded.bench.notifies ? [0] : options.sizes).map((size) => ({ loaded, size })),
  );
  return Array.from({ length: options.runs }, (_, block) =>
    shuffled(groups, random).flatMap(({ loaded, size }) => {
      const { bench } = loaded;
      const by: Launch["by"][] = modesOf(bench).filter((mode) => options.modes?.includes(mode) ?? true);
      if (hasYardstick(bench)) by.push("c");
      return shuffled(by, random).map((by) => {
        return { loaded, by, size, block, measures: shuffled(bench.measures ?? MEASURES, random) };
      });
    }),
  ).flat();
}
