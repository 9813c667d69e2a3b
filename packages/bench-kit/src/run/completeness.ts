import { rowName } from "./remaining.ts";
import type { BenchResult } from "./result.ts";

/**
 * How many launches of its plan a result has. `planned` is `null` as long as not every row has had its
 * turn: until then a result does not say how many rows there are. Failed rows, which are not launched
 * again, count on neither side.
 */
export function completenessOf({ launches, failures, plan }: BenchResult): {
  launches: number;
  planned: number | null;
} {
  const failed = new Set(failures.map(rowName));
  const good = launches.filter((launch) => !failed.has(rowName(launch)));
  const rows = new Set(good.map(rowName));
  const everyRowWasTried = launches.some(({ block }) => block > 0);
  return { launches: good.length, planned: everyRowWasTried ? rows.size * plan.runs : null };
}
