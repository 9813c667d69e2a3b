import type { BenchResult, Failure, Launch } from "./result.ts";
import type { Planned } from "./schedule.ts";

type Row = Pick<Launch, "mechanism" | "by" | "waits" | "size" | "placement">;

/** Which row a planned launch belongs to, as a result names it. */
export function rowOf({ loaded, by, waits, size, placement }: Planned): Row {
  return { mechanism: loaded.bench.mechanism, by, ...(waits && { waits }), size, placement };
}

export function rowName({ mechanism, by, waits, size, placement }: Row | Failure): string {
  return JSON.stringify([mechanism, by, waits, size, placement]);
}

/**
 * An interrupted result without the launches of a group that was cut in the middle: ours and the
 * yardstick's are compared only where they ran beside each other, so the group runs again as a whole.
 */
export function withWholeGroups(result: BenchResult, planned: readonly Planned[]): BenchResult {
  const remaining = remainingOf(planned, result);
  const cut = new Set(remaining.map((one) => groupName(rowOf(one), one.block)));
  const launches = result.launches.filter((launch) => !cut.has(groupName(launch, launch.block)));
  return {
    ...result,
    launches,
    failures: [...result.failures],
    sessions: [...result.sessions],
    pace: [...result.pace],
  };
}

/** The launches of the plan that a result has not. */
export function remainingOf(planned: readonly Planned[], { launches, failures }: BenchResult): Planned[] {
  const done = new Set(launches.map(({ order }) => order));
  const failed = new Set(failures.map(rowName));
  return planned.filter((one) => !done.has(one.order) && !failed.has(rowName(rowOf(one))));
}

function groupName({ mechanism, size, placement }: Row, block: number): string {
  return JSON.stringify([mechanism, size, placement, block]);
}
