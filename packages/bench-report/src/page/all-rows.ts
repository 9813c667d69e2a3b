import {
  type BenchResult,
  costTable,
  latencyTable,
  noteLines,
  operationsTable,
  type Row,
  rateTable,
  rowsOf,
  sizeText,
  type Table,
  throughputTable,
} from "@ipc-playground/bench-kit/run";
import type { Named } from "../named.ts";
import { escaped } from "./escape.ts";
import { AS_TEXT } from "./head.ts";
import { loadTable } from "./load-table.ts";
import { type PlainTable, tableHtml } from "./plain-table.ts";
import { workTable } from "./work-table.ts";

const TABLES = [latencyTable, rateTable, throughputTable, operationsTable, costTable];

/** Every number of the terminal's tables, folded up. */
export function allRowsHtml(files: readonly Named[]): string {
  return files
    .flatMap((file) =>
      [...measuredTables(file.result), loadTable(file), workTable(file.result)].map(titled(file)),
    )
    .filter(({ rows }) => rows.length > 0)
    .map((table) => {
      const count = `${table.rows.length} ${table.rows.length === 1 ? "row" : "rows"}`;
      return `<details><summary>${escaped(table.title)} (${count})</summary>${tableHtml(table)}</details>`;
    })
    .join("\n");

  function titled({ name }: Named) {
    return (table: PlainTable) =>
      files.length > 1 ? { ...table, title: `${table.title} · ${name}` } : table;
  }
}

function measuredTables(result: BenchResult): PlainTable[] {
  const rows: Row[] = rowsOf(result);
  return TABLES.map((table) => plain(table(rows)));
}

function plain({ title, columns, rows }: Table): PlainTable {
  // The terminal's bars have no name over their column: here are pictures instead.
  const kept = columns.map(({ header }, i) => ({ header, i })).filter(({ header }) => header !== "");
  return {
    title,
    words: ["mechanism", "mode", "placement", "size"],
    numbers: kept.map(({ header }) => header),
    rows: rows.map(({ row, cells }) => [
      row.mechanism,
      row.mode,
      row.placement,
      sizeText(row.size),
      ...kept.map(({ i }) => cells[i] ?? ""),
    ]),
  };
}

/** What has no number and why, what to be careful with, and what a message costs before any mechanism. */
export function notesHtml(files: readonly Named[]): string {
  return files
    .map(({ name, result }) => {
      const [title = "", controls = "", ...notes] = noteLines(result, rowsOf(result), AS_TEXT);
      const items = [...notes.filter((note) => note !== ""), `${title}: ${controls}.`];
      const heading = files.length > 1 ? `<h3>${escaped(name)}</h3>` : "";
      return `${heading}<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}</ul>`;
    })
    .join("\n");
}
