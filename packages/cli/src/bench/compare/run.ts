import { IpcError } from "@ipc-playground/contract";
import pc from "picocolors";
import { EXIT } from "../../exit.ts";
import { screen } from "../../terminal.ts";
import { readResult } from "../saving.ts";
import { compareResults } from "./comparison.ts";
import { comparisonText, type Pair } from "./text.ts";

export interface CompareOptions {
  json?: true;
}

/**
 * Print what changed from one saved result to another. Returns the exit status, which does not depend on it.
 *
 * @throws {IpcError} FILE_UNREADABLE
 * @throws {IpcError} BAD_RESULT: a file is none, or the two have no measure of any row in common.
 */
export function compareFiles(older: string, newer: string, { json }: CompareOptions): number {
  const pair: Pair = {
    older: { name: older, result: readResult(older) },
    newer: { name: newer, result: readResult(newer) },
  };
  const comparison = compareResults(pair.older.result, pair.newer.result);
  if (comparison.changes.length === 0) {
    throw new IpcError(
      "BAD_RESULT",
      `${older} and ${newer} have no row in common`,
      "compare two runs of the same mechanisms, modes, sizes and placements",
    );
  }
  const { width, color } = screen();
  const { bold, dim } = pc.createColors(color);
  console.log(json ? JSON.stringify(comparison) : comparisonText(comparison, pair, { width, bold, dim }));
  return EXIT.ok;
}
