import { type BenchResult, paceText, type ReportOptions, wrapText } from "@ipc-playground/bench-kit/run";
import type { Change, Comparison } from "./comparison.ts";
import { CONTROLS_BELOW, couldTell, LEVEL, RANK_LEVEL, WORTH_TELLING } from "./rule.ts";
import type { Pair } from "./text.ts";

/** What is compared, how to read it, and what speaks against trusting it. */
export function headText(comparison: Comparison, pair: Pair, { width, bold }: ReportOptions): string {
  const { older, newer } = pair;
  return [
    ...[fileText("old", older), fileText("new", newer)].flatMap((text) => wrapText(text, width)).map(bold),
    ...wrapText(howText(comparison), width),
    ...wrapText(machineText(comparison), width),
    ...warnings(comparison, pair).flatMap((text) => wrapText(text, width).map(bold)),
  ].join("\n");
}

function fileText(age: string, { name, result }: Pair["older"]): string {
  const { sessions, machine, profile, plan, state } = result;
  const facts = [
    ...(sessions[0] ? [sessions[0].startedAt.slice(0, 16).replace("T", " ")] : []),
    ...(machine.commit === null ? [] : [`commit ${machine.commit.slice(0, 8)}`]),
    `${profile}, ${plan.runs} launches a row`,
    ...(state === "interrupted" ? ["interrupted"] : []),
  ];
  return `${age}: ${name} (${facts.join("; ")})`;
}

function howText({ machine, changes }: Comparison): string {
  const why =
    machine.leastEffect > WORTH_TELLING
      ? ` (so far did ${percentText(CONTROLS_BELOW)} of C's figures move)`
      : "";
  return (
    `Ratio: new over old; above 1 is faster. ${againstText(changes)} ${percentText(LEVEL)}: bootstrap interval. ` +
    `A change is told if it is at least ${percentText(machine.leastEffect - 1)}${why} and chance would set the ` +
    `launches so far apart in at most ${percentText(RANK_LEVEL)} of cases.`
  );
}

function againstText(changes: readonly Change[]): string {
  const ofC = "our share of C's speed";
  const alone = "our speed, less what the whole machine changed";
  const kinds = new Set(changes.map(({ against }) => against));
  if (kinds.size > 1) return `Compared are: “of C”: ${ofC}; “alone”: ${alone}.`;
  return `Compared is ${kinds.has("C") ? ofC : alone}.`;
}

function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function machineText({ machine }: Comparison): string {
  if (machine.by === null) return "Neither file has what shows how fast the machine itself was.";
  const change = percentText(Math.abs(machine.ratio - 1));
  const by =
    machine.by === "C"
      ? `${machine.controls} figures of the C programs`
      : "the arithmetic before each launch";
  if (change === "0 %") return `By ${by}, the machine was equally fast in both.`;
  return `By ${by}, the machine was ${change} ${machine.ratio > 1 ? "faster" : "slower"} in the new one.`;
}

/** What makes a ratio something else than a change of the programs. */
function warnings({ differences, changes }: Comparison, { older, newer }: Pair): string[] {
  const plans = planDifferences(older.result, newer.result);
  const silent = changes.filter(({ launches }) => !couldTell(launches.old, launches.new)).length;
  return [
    ...(differences.length > 0
      ? [
          `Careful: not the same machine or version (${differences.join("; ")}), so a ratio is more than a change of these programs.`,
        ]
      : []),
    ...(plans.length > 0 ? [`Careful: not measured in the same way (${plans.join("; ")}).`] : []),
    ...(silent > 0 ? [tooFewText(silent, changes)] : []),
    ...paceText(older.result).map((text) => `old: ${text}`),
    ...paceText(newer.result).map((text) => `new: ${text}`),
  ];
}

function tooFewText(silent: number, changes: readonly Change[]): string {
  const which = silent === changes.length ? "All rows have" : `${silent} of ${changes.length} rows have`;
  return `${which} too few launches to tell any change: five in each file are enough (--runs 5).`;
}

function planDifferences({ plan: x }: BenchResult, { plan: y }: BenchResult): string[] {
  const facts = { "ms warm": "warmMs", "ms timed": "timedMs" } as const;
  return Object.entries(facts).flatMap(([name, key]) =>
    x[key] === y[key] ? [] : [`${name}: ${x[key]}, ${y[key]}`],
  );
}
