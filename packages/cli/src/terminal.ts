import { usesColor } from "./exit.ts";

/** What the screen can show. */
export interface Screen {
  width: number;
  color: boolean;
}

/** Columns where there is no terminal to ask. */
const DEFAULT_WIDTH = 80;
/** Lines longer than this are hard to read, however wide the terminal is. */
export const TEXT_WIDTH = 100;

export function screen(): Screen {
  const columns = process.stdout.columns ?? Number(process.env.COLUMNS);
  return { width: Math.max(20, Math.min(columns || DEFAULT_WIDTH, 160)), color: usesColor(process.stdout) };
}

/**
 * A line on stderr that the next one replaces, for what takes a while. Nothing where stderr is no
 * terminal. Returns what takes it away.
 */
export function progress(text: string): () => void {
  if (!process.stderr.isTTY) return () => {};
  process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? DEFAULT_WIDTH) - 1)}`);
  return () => process.stderr.write("\r\x1b[K");
}
