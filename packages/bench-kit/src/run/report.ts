import { sizeText } from "./format.ts";
import { headLines, noteLines } from "./notes.ts";
import type { BenchResult } from "./result.ts";
import { rowsOf } from "./rows.ts";
import { left, right, tableLines } from "./table.ts";
import {
  costTable,
  latencyTable,
  operationsTable,
  rateTable,
  type Table,
  throughputTable,
} from "./tables.ts";
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
  const several = new Set(rows.map(({ mechanism }) => mechanism)).size > 1;
  const sections = [latencyTable, rateTable, throughputTable, operationsTable, costTable]
    .map((table) => table(rows))
    .filter(({ rows }) => rows.length > 0)
    .map((table) => sectionLines(table, several, options));
  return [headLines(result, options), ...sections, noteLines(result, rows, options)]
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function sectionLines(table: Table, several: boolean, { width, bold, dim }: ReportOptions): string[] {
  const columns = [...(several ? [left("")] : []), left("mode"), right("size"), ...table.columns];
  const cells = table.rows.map(({ row, cells }) => [
    ...(several ? [row.mechanism] : []),
    row.mode,
    sizeText(row.size),
    ...cells,
  ]);
  const [head = "", ...body] = tableLines(columns, cells, width);
  return [...wrapText(table.title, width).map(bold), dim(head), ...body];
}
