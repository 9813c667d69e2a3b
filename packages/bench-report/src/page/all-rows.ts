import {
  costTable,
  latencyTable,
  noteLines,
  operationsTable,
  rateTable,
  rowsOf,
  sizeText,
  type Table,
  throughputTable,
} from "@ipc-playground/bench-kit/run";
import type { Named } from "../named.ts";
import { escaped } from "./escape.ts";
import { AS_TEXT } from "./head.ts";

const TABLES = [latencyTable, rateTable, throughputTable, operationsTable, costTable];

/** Every number of the terminal's tables, folded up. */
export function allRowsHtml(files: readonly Named[]): string {
  return files
    .flatMap(({ name, result }) => {
      const rows = rowsOf(result);
      const tables = TABLES.map((table) => table(rows)).filter((table) => table.rows.length > 0);
      return tables.map((table) => {
        const title = files.length > 1 ? `${table.title} · ${name}` : table.title;
        return `<details><summary>${escaped(title)} (${table.rows.length} rows)</summary>${tableHtml(table, title)}</details>`;
      });
    })
    .join("\n");
}

function tableHtml({ columns, rows }: Table, title: string): string {
  // The terminal's bars have no name over their column: here are pictures instead.
  const kept = columns.map(({ header }, i) => ({ header, i })).filter(({ header }) => header !== "");
  const head = ["mechanism", "mode", "placement", "size"].map(
    (name) => `<th scope="col" class="left">${name}</th>`,
  );
  const body = rows.map(({ row, cells }) => {
    const facts = [row.mode, row.placement, sizeText(row.size)];
    return `<tr><th scope="row" class="left">${escaped(row.mechanism)}</th>${facts.map((fact) => `<td class="left">${fact}</td>`).join("")}${kept.map(({ i }) => `<td>${escaped(cells[i] ?? "")}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table>
<thead><tr>${head.join("")}${kept.map(({ header }) => `<th scope="col">${escaped(header)}</th>`).join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
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
