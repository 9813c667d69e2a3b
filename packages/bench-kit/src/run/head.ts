import { completenessOf } from "./completeness.ts";
import { numberText } from "./format.ts";
import { machineText } from "./machine.ts";
import type { ReportOptions } from "./report.ts";
import type { BenchResult } from "./result.ts";
import { steadinessOf } from "./steadiness.ts";
import { wrapText } from "./wrap.ts";

/** What was measured, on what, and how; and what is to be known before reading on. */
export function headLines(result: BenchResult, { width, bold }: ReportOptions): string[] {
  const { machine, plan, noYardstick } = result;
  const how =
    `${plan.runs} fresh launches of each row, in an order shuffled with seed ${plan.seed}; ` +
    `each warm for ${plan.warmMs} ms, then timed for at least ${plan.timedMs} ms a measure; placement ${plan.placements.join(", ")}. ` +
    "“of C” is our speed divided by that of the same program in C, from launches that ran side by side.";
  return [
    ...wrapText(machineText(machine), width).map(bold),
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
