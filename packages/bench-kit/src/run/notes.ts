import { MEASURES } from "../bench.ts";
import { completenessOf } from "./completeness.ts";
import { bytesText, numberText, programText, sizeText } from "./format.ts";
import type { ReportOptions } from "./report.ts";
import type { BenchResult, Control } from "./result.ts";
import { compare, type Row } from "./rows.ts";
import { relativeRange, spread } from "./statistics.ts";
import { steadinessOf } from "./steadiness.ts";
import { wrapText } from "./wrap.ts";

/** Launches of one row that lie further apart than this share of their median are called noisy. */
const NOISY = 0.25;
/** A run whose last three tenths took this much longer or shorter than its first three drifted. */
const DRIFTED = 0.15;
/** The worst are enough to know that it happens. */
const DRIFTS_TOLD = 5;

/** What was measured, on what, and how; and what is to be known before reading on. */
export function headLines(result: BenchResult, { width, bold }: ReportOptions): string[] {
  const { machine, plan, noYardstick } = result;
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
  return [
    ...wrapText(facts.join(" · "), width).map(bold),
    ...wrapText([how, ...missingText(noYardstick)].join(" "), width),
    ...[...interruptedText(result), ...paceText(result)].flatMap((text) => wrapText(text, width).map(bold)),
  ];
}

function interruptedText(result: BenchResult): string[] {
  if (result.state === "complete") return [];
  const { launches, planned } = completenessOf(result);
  return [
    planned === null
      ? `Interrupted in the first of ${result.plan.runs} rounds, with ${launches} launches: rows are missing.`
      : `Interrupted: ${launches} of the plan's ${planned} launches are here.`,
  ];
}

/** One sentence, if the machine was not steady. */
export function paceText({ pace }: Pick<BenchResult, "pace">): string[] {
  const steadiness = steadinessOf(pace.map(({ ns }) => ns));
  const millis = (ns: number) => `${numberText(ns / 1e6)} ms`;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (steadiness.kind === "noisy") {
    const { medianNs, range } = steadiness;
    return [
      `The machine was noisy: the same piece of arithmetic, ${millis(medianNs)} before the middle launch, varied by ` +
        `${percent(range)} even without its fastest and slowest tenth. Trust the ratios more than the numbers.`,
    ];
  }
  if (steadiness.kind !== "bimodal") return [];
  const { fast, slow } = steadiness;
  return [
    `The machine had two speeds: the same piece of arithmetic took about ${millis(fast.medianNs)} before ` +
      `${percent(fast.share)} of the launches, and ${millis(slow.medianNs)} before the others. Trust the ratios more than the numbers.`,
  ];
}

/** A sentence for each reason, with all whom it concerns. */
function missingText(noYardstick: BenchResult["noYardstick"]): string[] {
  return [...new Set(Object.values(noYardstick))].map((reason) => {
    const names = Object.keys(noYardstick).filter((name) => noYardstick[name] === reason);
    return `${names.join(", ")} ${names.length === 1 ? "has" : "have"} no C column: ${reason}.`;
  });
}

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
