import type { Compared } from "./rows.ts";

const KIB = 1024;

/** `100 B`, `64 KiB`, `1 MiB`: the exact number in the largest unit that divides it. */
export function bytesText(bytes: number): string {
  if (bytes > 0 && bytes % (KIB * KIB) === 0) return `${bytes / (KIB * KIB)} MiB`;
  if (bytes > 0 && bytes % KIB === 0) return `${bytes / KIB} KiB`;
  return `${bytes} B`;
}

/** What a row is about: its message's size; a notification or an operation has none. */
export function sizeText(bytes: number): string {
  return bytes === 0 ? "no bytes" : bytesText(bytes);
}

/** `17,482`, `58.4`, `0.023`: three or more significant digits, grouped. */
export function numberText(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Who ran it: a mode of ours, or C and, where it has several ways to wait, which. */
export function programText({ by, waits }: { by: string; waits?: string | undefined }): string {
  if (by !== "c") return by;
  return waits === undefined ? "C" : `C ${waits}`;
}

export function microsText(ns: number): string {
  return numberText(ns / 1000);
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Our share of C's speed, in percent. */
export function ofCText({ ratio, noDifference }: Pick<Compared, "ratio" | "noDifference">): string {
  return ratio === null ? "–" : `${noDifference ? "≈" : ""}${Math.round(ratio.median * 100)} %`;
}

export interface Scale {
  from: number;
  to: number;
}

/** A bar whose length is the logarithm: `from` would have none, `to` fills `cells`. */
export function logBar(value: number, { from, to }: Scale, cells: number): string {
  return bar(Math.min(1, Math.log(value / from) / Math.log(to / from)), cells);
}

/** A bar in eighths of a cell; `1` fills `cells`, and more than that ends in an arrow. */
export function bar(share: number, cells: number): string {
  if (share > 1) return `${"█".repeat(cells - 1)}▶`;
  const eighths = Math.round(Math.max(0, share) * cells * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
