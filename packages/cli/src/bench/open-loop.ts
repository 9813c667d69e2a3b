import type { LoadedBench } from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import type { Chosen } from "./profiles.ts";
import type { BenchOptions } from "./run.ts";

/** At this size where it is among those that are measured; else at the first of them. */
const LOAD_SIZE = 100;

type Plan = Pick<Chosen, "sizes" | "placements">;

/**
 * The sizes at which the open loop is run: one, where it was asked for and there are two cores for it.
 *
 * @throws {IpcError} BAD_USAGE: `--load`, and there is nothing that it could mean.
 */
export function loadSizes(
  benches: readonly LoadedBench[],
  { sizes, placements }: Plan,
  { load, full }: BenchOptions,
): number[] {
  if (!load && !full) return [];
  const possible = placements.includes("two-cores");
  if (load && !benches.some(({ bench }) => bench.openLoop)) {
    const names = benches.map(({ bench }) => bench.mechanism).join(", ");
    throw new IpcError("BAD_USAGE", `${names} has no open loop`, "measure pipe or the sockets with --load");
  }
  if (load && !possible) {
    throw new IpcError(
      "BAD_USAGE",
      "--load is for two cores: its sender never sleeps",
      "add --placement two-cores",
    );
  }
  return possible ? [sizes.includes(LOAD_SIZE) ? LOAD_SIZE : (sizes[0] ?? LOAD_SIZE)] : [];
}
