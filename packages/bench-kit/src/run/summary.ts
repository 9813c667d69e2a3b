import stringWidth from "string-width";
import { bracketsOf } from "./brackets.ts";
import { logBar, microsText, ofCText, type Scale } from "./format.ts";
import { type Entry, type Ranking, rankingsOf } from "./rankings.ts";
import type { ReportOptions } from "./report.ts";
import type { BenchResult } from "./result.ts";
import { type Compared, failureWord, type Row } from "./rows.ts";
import { left, right, tableLines } from "./table.ts";
import { wrapText } from "./wrap.ts";

const BAR_CELLS = { most: 30, least: 4 };
/** From this width on there is room for the lowest and the highest launch. */
const WIDE = 100;

/** What can be read at a glance: who is fast, how far apart, and what is no difference. */
export function summaryLines(result: BenchResult, rows: Row[], options: ReportOptions): string[] {
  const rankings = rankingsOf(result, rows);
  const entries = rankings.flatMap((ranking) => ranking.entries);
  const times = entries.flatMap(({ ns }) => ns ?? []);
  if (times.length === 0) return [];
  const scale = scaleOf(times);
  const [head = "", ...body] = entryLines(rankings, scale, options.width);
  const lists = rankings.flatMap(({ title, entries }) => [
    ...wrapText(title, options.width).map(options.bold),
    ...body.splice(0, entries.length),
  ]);
  const about =
    `Shorter is faster. Bars are logarithmic, from ${microsText(scale.from)} to ${microsText(scale.to)} µs. ` +
    (result.plan.runs > 1
      ? "What a bracket joins is no difference: the ranges over launches overlap."
      : "With one launch of each row, nothing says which differences are real: use --runs 5.");
  return [
    ...wrapText(`At a glance: medians in µs, ${result.plan.placements[0]}`, options.width).map(options.bold),
    ...wrapText(about, options.width),
    options.dim(head),
    ...lists,
    ...absentText(rows, entries).flatMap((text) => wrapText(text, options.width)),
  ];
}

/** From the power of ten below the shortest, so that this has a bar as well, to the longest. */
function scaleOf(times: readonly number[]): Scale {
  return { from: 10 ** Math.floor(Math.log10(Math.min(...times)) - 0.1), to: Math.max(...times) };
}

function entryLines(rankings: Ranking[], scale: Scale, width: number): string[] {
  const columns = [
    left(""),
    right("median"),
    ...(width < WIDE ? [] : [left("range")]),
    left(""),
    right("of C"),
  ];
  const brackets = bracketsOf(rankings);
  const lines = (barCells: number) => {
    const cells = rankings
      .flatMap(({ entries }) => entries)
      .map(({ row, ns, compared }, i) => [
        `${brackets[i]} ${row.mechanism}`,
        ns === null ? failureWord(row) : microsText(ns),
        ...(width < WIDE ? [] : [compared ? rangeText(compared) : ""]),
        ns === null ? "" : logBar(ns, scale, barCells),
        compared ? ofCText(compared) : "",
      ]);
    return tableLines(columns, cells, width);
  };
  const rest = Math.max(...lines(0).map((line) => stringWidth(line)));
  return lines(Math.max(BAR_CELLS.least, Math.min(BAR_CELLS.most, width - rest)));
}

function rangeText({ ours }: Compared): string {
  return `${microsText(1e9 / ours.highest)}–${microsText(1e9 / ours.lowest)}`;
}

function absentText(rows: Row[], entries: Entry[]): string[] {
  const shown = new Set(entries.map(({ row }) => row.mechanism));
  const absent = [...new Set(rows.map(({ mechanism }) => mechanism))].filter((name) => !shown.has(name));
  return absent.length === 0 ? [] : [`Without a round trip, so only in the tables: ${absent.join(", ")}.`];
}
