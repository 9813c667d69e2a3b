import { differencesOf, headLines } from "@ipc-playground/bench-kit/run";
import type { Named } from "../named.ts";
import { escaped } from "./escape.ts";

/** Paragraphs instead of lines of a terminal. */
export const AS_TEXT = { width: Number.POSITIVE_INFINITY, bold: String, dim: String };

/** What was measured, on what, when and how, for each file; what to be careful with stands out. */
export function headHtml(files: readonly Named[]): string {
  return [...files.map(fileHtml), ...differencesHtml(files)].join("\n");
}

function fileHtml({ name, result }: Named): string {
  const [machine = "", how = "", ...warnings] = headLines(result, AS_TEXT);
  const { commit } = result.machine;
  const facts = [
    ["Machine", escaped(machine)],
    ["When", escaped(whenText(result.sessions))],
    ["Command", commandsHtml(result.sessions)],
    ["Commit", commit === null ? "not known" : `<code>${escaped(commit)}</code>`],
    ["Plan", escaped(planText(result))],
  ];
  return `<section class="file" aria-label="${escaped(name)}">
<h3>${escaped(name)}${result.state === "interrupted" ? " (interrupted)" : ""}</h3>
${warnings.map((text) => `<p class="warning" role="note">${escaped(text)}</p>`).join("\n")}
<dl>${facts.map(([term, says]) => `<dt>${term}</dt><dd>${says}</dd>`).join("\n")}</dl>
<p class="soft">${escaped(how)}</p>
</section>`;
}

function whenText(sessions: Named["result"]["sessions"]): string {
  const seconds = Math.round(sessions.reduce((sum, { seconds }) => sum + seconds, 0));
  const began = (sessions[0]?.startedAt ?? "").replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");
  const sittings = sessions.length > 1 ? `, in ${sessions.length} sittings` : "";
  return `${began}, ${seconds} s of measuring${sittings}`;
}

function commandsHtml(sessions: Named["result"]["sessions"]): string {
  const lines = new Set(sessions.map(({ commandLine }) => commandLine.join(" ")));
  return [...lines].map((line) => `<code>${escaped(line)}</code>`).join("<br>");
}

function planText({ profile, plan, launches }: Named["result"]): string {
  const modes = plan.modes === null ? "every mode" : plan.modes.join(", ");
  return `${profile}: ${plan.mechanisms.length} mechanisms in ${modes}, ${launches.length} launches`;
}

/** Several files: what makes their numbers incomparable. */
function differencesHtml([first, ...others]: readonly Named[]): string[] {
  return others.flatMap(({ name, result }) => {
    const differences = first ? differencesOf(first.result.machine, result.machine) : [];
    if (differences.length === 0) return [];
    const fact = `${first?.name} and ${name} were measured on different machines or versions (${differences.join("; ")})`;
    return `<p class="warning" role="note">${escaped(fact)}: compare shapes and ratios, not numbers.</p>`;
  });
}
