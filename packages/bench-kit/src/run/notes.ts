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

/** What was measured, on what, and how. */
export function headLines(
  { machine, plan, noYardstick }: BenchResult,
  { width, bold }: ReportOptions,
): string[] {
  const facts = [
    `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? "core" : "cores"}`,
    ...(machine.virtual ? ["virtual machine"] : []),
    `Linux ${machine.kernel}`,
    `Node ${machine.node}`,
  ];
  const how =
    `${plan.runs} fresh launches of each row, in an order shuffled with seed ${plan.seed}; ` +
    `each warm for ${plan.warmMs} ms, then timed for at least ${plan.timedMs} ms a measure; placement ${plan.placements.join(", ")}. ` +
    "“of C” is our speed divided by that of the same program in C, from launches that ran side by side.";
  const missing = Object.entries(noYardstick).map(([name, reason]) => `${name} has no C column: ${reason}.`);
  return [...wrapText(facts.join(" · "), width).map(bold), ...wrapText([how, ...missing].join(" "), width)];
}

/** Controls, what was left without a number, and what to be careful with. */
export function noteLines(result: BenchResult, rows: Row[], { width, bold, dim }: ReportOptions): string[] {
  const failures = result.failures.map(
    ({ reason, ...row }) =>
      `No number for ${row.mechanism}, ${programText(row)}, ${sizeText(row.size)}: ${reason}.`,
  );
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
  const drifting = rows.flatMap((row) =>
    MEASURES.flatMap((measure) => {
      const drifts = row.launches.flatMap(({ measured }) => driftOf(measured[measure]?.tenthsNs) ?? []);
      const middle = spread(drifts)?.median ?? 1;
      const percent = Math.round(Math.abs(middle - 1) * 100);
      const how = `${percent} % ${middle > 1 ? "slower" : "faster"}`;
      return percent > DRIFTED * 100 ? [`${row.mode} ${measure} at ${sizeText(row.size)} (${how})`] : [];
    }),
  );
  return drifting.length > 0
    ? [`Drift, the end of a run against its beginning: ${drifting.join(", ")}.`]
    : [];
}

/** Time of the last three tenths over that of the first three; `null` for a run without tenths. */
export function driftOf(tenthsNs: readonly number[] | undefined): number | null {
  const [third, seventh, last] = [tenthsNs?.[2], tenthsNs?.[6], tenthsNs?.[9]];
  return third && seventh && last ? (last - seventh) / third : null;
}
