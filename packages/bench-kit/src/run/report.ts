import { sizeText } from "./format.ts";
import { headLines } from "./head.ts";
import { loadLines } from "./load-lines.ts";
import { noteLines } from "./notes.ts";
import type { BenchResult } from "./result.ts";
import { type Row, rowsOf } from "./rows.ts";
import { summaryLines } from "./summary.ts";
import { left, right, tableLines } from "./table.ts";
import {
  costTable,
  latencyTable,
  operationsTable,
  rateTable,
  type Table,
  throughputTable,
} from "./tables.ts";
import { workLines } from "./work-lines.ts";
import { wrapText } from "./wrap.ts";

export interface ReportOptions {
  /** Columns of the terminal. */
  width: number;
  bold: (text: string) => string;
  dim: (text: string) => string;
}

/** The whole report, a pure function of a saved result. */
export function report(result: BenchResult, options: ReportOptions): string {
  const rows = rowsOf(result);
  const keys = distinguishing(rows);
  const sections = [latencyTable, rateTable, throughputTable, operationsTable, costTable]
    .map((table) => table(rows))
    .filter(({ rows }) => rows.length > 0)
    .map((table) => sectionLines(table, keys, options));
  const summary = keys.includes("mechanism") ? summaryLines(result, rows, options) : [];
  return [
    headLines(result, options),
    summary,
    ...sections,
    workLines(result, rows, options),
    loadLines(rows, options),
    noteLines(result, rows, options),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** What tells the rows apart besides mode and size: nothing that all of them have in common. */
function distinguishing(rows: Row[]): ("mechanism" | "placement")[] {
  return (["mechanism", "placement"] as const).filter((key) => new Set(rows.map((row) => row[key])).size > 1);
}

function sectionLines(
  table: Table,
  keys: ("mechanism" | "placement")[],
  { width, bold, dim }: ReportOptions,
): string[] {
  const named = keys.includes("mechanism");
  const placed = keys.includes("placement");
  const columns = [
    ...(named ? [left("")] : []),
    ...(placed ? [left("placement")] : []),
    left("mode"),
    right("size"),
    ...table.columns,
  ];
  const cells = table.rows.map(({ row, cells }) => [
    ...(named ? [row.mechanism] : []),
    ...(placed ? [row.placement] : []),
    row.mode,
    sizeText(row.size),
    ...cells,
  ]);
  const [head = "", ...body] = tableLines(columns, cells, width);
  return [...wrapText(table.title, width).map(bold), dim(head), ...body];
}
