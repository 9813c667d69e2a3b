import { microsText, numberText, sizeText } from "./format.ts";
import { mergeHistograms } from "./histogram.ts";
import { fellBehind } from "./load.ts";
import type { ReportOptions } from "./report.ts";
import type { LoadPoint } from "./result.ts";
import type { Row } from "./rows.ts";
import { spread } from "./statistics.ts";
import { right, tableLines } from "./table.ts";
import { wrapText } from "./wrap.ts";

const COLUMNS = [right("offered/s"), right("achieved/s"), right("p50"), right("p99"), right("kept up")];

/** The open loop: a table for each row that has one, by growing load. */
export function loadLines(rows: readonly Row[], { width, bold, dim }: ReportOptions): string[] {
  const loaded = rows.map((row) => ({ row, steps: stepsOf(row) })).filter(({ steps }) => steps.length > 0);
  if (loaded.length === 0) return [];
  const title =
    "Open loop: messages one way on a schedule; µs from when each was due, whether or not it could be sent, to its arrival. Kept up: the queue emptied in the second half";
  const [head = "", ...body] = tableLines(
    COLUMNS,
    loaded.flatMap(({ steps }) => steps.map(cellsOf)),
    width,
  );
  return [
    ...wrapText(title, width).map(bold),
    dim(head),
    ...loaded.flatMap(({ row, steps }) => [
      ...wrapText(`${row.mechanism}, ${row.mode}, ${sizeText(row.size)}, ${row.placement}`, width).map(bold),
      ...body.splice(0, steps.length),
    ]),
  ];
}

/** The points of all launches at each load, from light to heavy. */
function stepsOf({ launches }: Row): LoadPoint[][] {
  const byLoad = new Map<number, LoadPoint[]>();
  for (const point of launches.flatMap(({ load }) => load ?? [])) {
    const rate = Math.round(point.offeredPerSecond);
    byLoad.set(rate, [...(byLoad.get(rate) ?? []), point]);
  }
  return [...byLoad].sort(([x], [y]) => x - y).map(([, points]) => points);
}

function cellsOf(points: LoadPoint[]): string[] {
  const histogram = mergeHistograms(points.map(({ histogram }) => histogram));
  const perSecond = points.map(({ messages, ns }) => (messages / ns) * 1e9);
  const kept = points.filter((point) => !fellBehind(point)).length;
  return [
    numberText(points[0]?.offeredPerSecond ?? 0),
    numberText(spread(perSecond)?.median ?? 0),
    microsText(histogram.getValueAtPercentile(50)),
    microsText(histogram.getValueAtPercentile(99)),
    kept === points.length ? "yes" : kept === 0 ? "no" : `${kept} of ${points.length}`,
  ];
}
