/** Lines that are remembered. */
const KEPT = 500;

/** Lines that were typed, as the arrow keys go through them. */
export interface History {
  readonly lines: readonly string[];
  /** Index of the line that is shown; `undefined`: the one that is being typed. */
  readonly at: number | undefined;
  /** What was being typed when one went back. */
  readonly draft: string;
}

export const NO_HISTORY: History = { lines: [], at: undefined, draft: "" };

/** A line was entered. */
export function remember({ lines }: History, line: string): History {
  const kept = line === "" || lines.at(-1) === line ? lines : [...lines, line].slice(-KEPT);
  return { lines: kept, at: undefined, draft: "" };
}

/** One line back. `typed` is what stands in the input line. `undefined`: there is none. */
export function older(history: History, typed: string): History | undefined {
  const { lines, at = lines.length } = history;
  if (at === 0) return undefined;
  return { lines, at: at - 1, draft: history.at === undefined ? typed : history.draft };
}

export function newer({ lines, at, draft }: History): History | undefined {
  if (at === undefined) return undefined;
  return { lines, at: at + 1 === lines.length ? undefined : at + 1, draft };
}

/** What the input line shows. */
export function recalled({ lines, at, draft }: History): string {
  return at === undefined ? draft : (lines[at] as string);
}
