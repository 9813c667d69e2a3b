/** A list, and the runs in it that belong together: first and last index of each. */
export interface Grouped {
  entries: readonly unknown[];
  groups: readonly (readonly [first: number, last: number])[];
}

/**
 * What stands in the margin of each entry, all lists of one width. A group that begins before another
 * has ended is drawn beside it, as in a diagram of critical differences.
 *
 * @see Demšar (2006), "Statistical comparisons of classifiers over multiple data sets", figure 1
 */
export function bracketsOf(lists: readonly Grouped[]): string[] {
  const placed = lists.map(({ entries, groups }) => ({ entries, lanes: lanesOf(groups) }));
  const width = Math.max(1, ...placed.map(({ lanes }) => lanes.length));
  return placed.flatMap(({ entries, lanes }) =>
    entries.map((_, i) =>
      lanes
        .map((lane) => signAt(lane, i))
        .join("")
        .padEnd(width),
    ),
  );
}

/** Each group in the first lane that is free again. */
function lanesOf(groups: Grouped["groups"]): Grouped["groups"][] {
  const lanes: (readonly [number, number])[][] = [];
  for (const group of groups) {
    const free = lanes.find((lane) => (lane.at(-1)?.[1] ?? -1) < group[0]);
    if (free) free.push(group);
    else lanes.push([group]);
  }
  return lanes;
}

function signAt(lane: Grouped["groups"], i: number): string {
  const group = lane.find(([first, last]) => first <= i && i <= last);
  if (group === undefined) return " ";
  return i === group[0] ? "┌" : i === group[1] ? "└" : "│";
}
