import { MEASURES } from "../bench.ts";
import { bytesText, numberText, programText, sizeText } from "./format.ts";
import type { ReportOptions } from "./report.ts";
import type { BenchResult, Control } from "./result.ts";
import { compare, type Row } from "./rows.ts";
import { relativeRange, spread } from "./statistics.ts";
import { wrapText } from "./wrap.ts";

/** Launches of one row that lie further apart than this share of their median are called noisy. */
const NOISY = 0.25;
/** A run whose last three tenths took this much longer or shorter than its first three drifted. */
const DRIFTED = 0.15;
/** The worst are enough to know that it happens. */
const DRIFTS_TOLD = 5;

/** Controls, what was left without a number, and what to be careful with. */
export function noteLines(result: BenchResult, rows: Row[], { width, bold, dim }: ReportOptions): string[] {
  const failures = failuresText(result);
  return [
    ...wrapText("Controls: what a message costs before any mechanism, in ns", width).map(bold),
    ...wrapText(controlText(result.controls), width),
    "",
    ...[...failures, ...noisyText(rows), ...driftText(rows)].flatMap((note) => wrapText(note, width)),
    ...wrapText(
      "“≈”: the ranges of ours and C overlap, which is no difference. “~”: fewer than 10 samples lie beyond. " +
        "Modes wait in different ways: compare rows of one mode.",
      width,
    ).map(dim),
  ];
}

/** One sentence for all rows of a mechanism that failed for the same reason. */
function failuresText({ failures, plan }: BenchResult): string[] {
  const placed = plan.placements.length > 1;
  const rowsBy = new Map<string, string[]>();
  for (const { mechanism, reason, size, placement, ...who } of failures) {
    const sentence = JSON.stringify([mechanism, reason]);
    const row = [programText(who), sizeText(size), ...(placed ? [placement] : [])].join(", ");
    rowsBy.set(sentence, [...(rowsBy.get(sentence) ?? []), row]);
  }
  return [...rowsBy].map(([sentence, rows]) => {
    const [mechanism, reason] = JSON.parse(sentence) as [string, string];
    return `No number for ${mechanism}, ${rows.join("; ")}: ${reason}.`;
  });
}

function controlText(controls: readonly Control[]): string {
  const single = controls
    .filter(({ size }) => size === null)
    .map(({ name, ns }) => `${name} ${numberText(ns)}`);
  const sizes = [...new Set(controls.flatMap(({ size }) => size ?? []))].map((size) => {
    const ofSize = controls.filter((control) => control.size === size);
    return `${bytesText(size)}: ${ofSize.map(({ name, ns }) => `${name} ${numberText(ns)}`).join(", ")}`;
  });
  return [single.join(", "), ...sizes].join("; ");
}

function noisyText(rows: Row[]): string[] {
  const spreads = rows.flatMap((row) =>
    MEASURES.flatMap((measure) => {
      const compared = compare(row, measure);
      return compared
        ? [relativeRange(compared.ours), ...(compared.c ? [relativeRange(compared.c)] : [])]
        : [];
    }),
  );
  const noisy = spreads.filter((range) => range > NOISY).length;
  if (noisy === 0) return [];
  const most = Math.round(Math.max(...spreads) * 100);
  return [
    `Noisy: in ${noisy} of ${spreads.length} groups the launches lie more than ${NOISY * 100} % apart (at worst ${most} %). ` +
      "Close other programs, or use --full; trust the ratios more than the numbers.",
  ];
}

function driftText(rows: Row[]): string[] {
  const drifting = rows
    .flatMap((row) =>
      MEASURES.map((measure) => {
        const drifts = row.launches.flatMap(({ measured }) => driftOf(measured[measure]?.tenthsNs) ?? []);
        return { row, measure, drift: (spread(drifts)?.median ?? 1) - 1 };
      }),
    )
    .filter(({ drift }) => Math.abs(drift) > DRIFTED)
    .toSorted((x, y) => Math.abs(y.drift) - Math.abs(x.drift));
  if (drifting.length === 0) return [];
  const told = drifting.slice(0, DRIFTS_TOLD).map(({ row, measure, drift }) => {
    const how = `${Math.round(Math.abs(drift) * 100)} % ${drift > 0 ? "slower" : "faster"}`;
    return `${row.mechanism} ${row.mode} ${measure} at ${sizeText(row.size)} (${how})`;
  });
  const more = drifting.length - told.length;
  return [
    `Drift, the end of a run against its beginning: ${told.join(", ")}${more > 0 ? `, and ${more} that drifted less` : ""}.`,
  ];
}

/** Time of the last three tenths over that of the first three; `null` for a run without tenths. */
export function driftOf(tenthsNs: readonly number[] | undefined): number | null {
  const [third, seventh, last] = [tenthsNs?.[2], tenthsNs?.[6], tenthsNs?.[9]];
  return third && seventh && last ? (last - seventh) / third : null;
}
