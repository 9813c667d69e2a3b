import type { BenchResult, ReportOptions } from "@ipc-playground/bench-kit/run";
import { bytesText, left, numberText, right, tableLines, wrapText } from "@ipc-playground/bench-kit/run";
import type { Change, Comparison, Key, Verdict } from "./comparison.ts";
import { headText } from "./head.ts";

/** The two results, with what the user calls them. */
export interface Pair {
  older: { name: string; result: BenchResult };
  newer: { name: string; result: BenchResult };
}

const HEADINGS: Record<Verdict, string> = {
  faster: "Faster",
  slower: "Slower",
  "no difference": "No difference",
};

/** Heads, changes, the rest, and one line that counts them. */
export function comparisonText(comparison: Comparison, pair: Pair, options: ReportOptions): string {
  const wrapped = (text: string) => wrapText(text, options.width);
  return [
    headText(comparison, pair, options),
    changeLines(comparison.changes, options).join("\n"),
    [
      ...onlyText(comparison.onlyOld, pair.older.name, pair.newer),
      ...onlyText(comparison.onlyNew, pair.newer.name, pair.older),
    ]
      .flatMap(wrapped)
      .join("\n"),
    wrapped(`${countsText(comparison.changes)}.`)
      .map(options.bold)
      .join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** `3 faster, 1 slower, 120 no difference`. */
export function countsText(changes: readonly Change[]): string {
  return (Object.keys(HEADINGS) as Verdict[])
    .map((verdict) => `${changes.filter((change) => change.verdict === verdict).length} ${verdict}`)
    .join(", ");
}

function changeLines(changes: readonly Change[], { width, bold, dim }: ReportOptions): string[] {
  const placed = new Set(changes.map(({ placement }) => placement)).size > 1;
  const mixed = new Set(changes.map(({ against }) => against)).size > 1;
  const columns = [
    left(""),
    left("mode"),
    right("size"),
    ...(placed ? [left("placement")] : []),
    left("measure"),
    left("old → new", 2),
    right("ratio"),
    left("95 %"),
    ...(mixed ? [left("", 1)] : []),
  ];
  const sorted = (Object.keys(HEADINGS) as Verdict[]).map((verdict) => ({
    verdict,
    rows: changes.filter((change) => change.verdict === verdict),
  }));
  const [head = "", ...body] = tableLines(
    columns,
    sorted.flatMap(({ rows }) => rows.map((change) => cellsOf(change, placed))),
    width,
  );
  return [
    dim(head),
    ...sorted.flatMap(({ verdict, rows }) =>
      rows.length === 0 ? [] : [bold(HEADINGS[verdict]), ...body.splice(0, rows.length)],
    ),
  ];
}

function cellsOf(change: Change, placed: boolean): string[] {
  const { mechanism, mode, size, placement, measure, ratio, interval, against } = change;
  return [
    mechanism,
    mode,
    size === 0 ? "–" : bytesText(size),
    ...(placed ? [placement] : []),
    measure,
    speedText(change),
    ratioText(ratio),
    interval.map(ratioText).join("–"),
    against === "C" ? "of C" : "alone",
  ];
}

/** Our speed in the unit of the measure's table: `119 → 134 µs`. */
function speedText({ measure, size, speed }: Change): string {
  const text = (of: (perSecond: number) => number, unit: string) =>
    `${numberText(of(speed.old))} → ${numberText(of(speed.new))}${unit}`;
  if (measure === "latency") return text((perSecond) => 1e6 / perSecond, " µs");
  if (measure === "throughput" && size > 0) return text((perSecond) => (perSecond * size) / 1e6, " MB/s");
  return text((perSecond) => perSecond, "/s");
}

/** Three digits, and no more of them for a ratio that went wild. */
function ratioText(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}

/** Rows of one file that the other has no number for, and why, if it failed there. */
function onlyText(
  keys: readonly Key[],
  name: string,
  other: { name: string; result: BenchResult },
): string[] {
  if (keys.length === 0) return [];
  const placed = new Set(keys.map(({ placement }) => placement)).size > 1;
  const sizes = new Map<string, Set<number>>();
  for (const key of keys) {
    const row = JSON.stringify([
      [key.mechanism, key.mode, ...(placed ? [key.placement] : [])].join(" "),
      failureOf(key, other.result),
    ]);
    sizes.set(row, (sizes.get(row) ?? new Set()).add(key.size));
  }
  const rows = [...sizes].map(([row, of]) => {
    const [text, reason] = JSON.parse(row) as [string, string];
    const bytes = [...of].filter((size) => size > 0).map(bytesText);
    return [text, bytes.join(", "), reason && `(failed there: ${reason})`].filter((part) => part).join(" ");
  });
  return [`Only in ${name}, with nothing to compare in ${other.name}: ${rows.join("; ")}.`];
}

/** Why there is no number; empty: it was not tried. */
function failureOf(key: Key, { failures }: BenchResult): string {
  const failure = failures.find(
    ({ mechanism, by, size, placement }) =>
      mechanism === key.mechanism && by === key.mode && size === key.size && placement === key.placement,
  );
  return failure?.reason ?? "";
}
