import { MODES } from "../bench.ts";
import { numberText } from "./format.ts";
import type { ReportOptions } from "./report.ts";
import type { BenchResult } from "./result.ts";
import type { Row } from "./rows.ts";
import { left, right, tableLines } from "./table.ts";
import { wrapText } from "./wrap.ts";

const NONE = "–";

/** What a message costs by construction, where a mechanism states it: nothing here was measured. */
export function workLines(
  { work }: Pick<BenchResult, "work">,
  rows: readonly Row[],
  { width, bold, dim }: ReportOptions,
): string[] {
  const stated = [...new Set(rows.map(({ mechanism }) => mechanism))].flatMap((mechanism) => {
    const found = work[mechanism];
    return found ? [{ mechanism, ...found }] : [];
  });
  if (stated.length === 0) return [];
  const modes = MODES.filter((mode) => stated.some(({ systemCalls }) => systemCalls[mode] !== undefined));
  const columns = [left(""), right("copies"), ...modes.map((mode) => right(mode))];
  const count = (value: number | undefined) =>
    value === undefined ? NONE : Number.isInteger(value) ? String(value) : numberText(value);
  const cells = stated.map(({ mechanism, copies, systemCalls }) => [
    mechanism,
    count(copies),
    ...modes.map((mode) => count(systemCalls[mode])),
  ]);
  const [head = "", ...body] = tableLines(columns, cells, width);
  const title =
    "By construction: copies and system calls (by mode) of one message one way, nobody having to wait";
  const says = stated.length === 1 ? stated.map(({ says }) => `${says}.`) : [];
  return [
    ...wrapText(title, width).map(bold),
    dim(head),
    ...body,
    ...says.flatMap((text) => wrapText(text, width)),
  ];
}
