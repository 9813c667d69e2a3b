import { tableLines, wrapText } from "@ipc-playground/bench-kit/run";
import pc from "picocolors";
import type { Screen } from "../../terminal.ts";
import { explanations, headLines, noteLines } from "./notes.ts";
import type { ChatResult } from "./result.ts";
import { connectionsTable, costTable, deliveriesTable, latencyTable, type Table } from "./tables.ts";

/** The whole report, a pure function of a saved result. */
export function report(result: ChatResult, { width, color }: Screen): string {
  const { bold, dim } = pc.createColors(color);
  const [facts = "", ...how] = headLines(result);
  const lines = ({ title, columns, rows }: Table) => {
    const [head = "", ...body] = tableLines(columns, rows, width);
    return [...wrapText(title, width).map(bold), dim(head), ...body];
  };
  const parts = [
    [...wrapText(facts, width).map(bold), ...how.flatMap((text) => wrapText(text, width))],
    ...[deliveriesTable, latencyTable, costTable, connectionsTable]
      .map((table) => table(result))
      .filter(({ rows }) => rows.length > 0)
      .map(lines),
    noteLines(result).flatMap((note) => wrapText(note, width)),
    explanations(result).flatMap((text) => wrapText(text, width).map(dim)),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}
