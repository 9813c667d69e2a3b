import {
  bracketsOf,
  type Entry,
  failureWord,
  microsText,
  ofCText,
  type Ranking,
  rankingsOf,
  rowsOf,
} from "@ipc-playground/bench-kit/run";
import type { Named } from "../named.ts";
import { escaped } from "./escape.ts";

interface Scale {
  from: number;
  to: number;
}

/** The summary of each file: a table for each mode, the fastest first. */
export function glanceHtml(files: readonly Named[]): string {
  const about =
    "The usual round trip through each mechanism, the fastest first: a list for each way to wait, because those do different work. " +
    "What a bracket at the left joins is no difference: the ranges over launches overlap.";
  return `<p>${about}</p>\n${files.map((file) => fileHtml(file, files.length > 1)).join("\n")}`;
}

function fileHtml({ name, result }: Named, several: boolean): string {
  const rankings = rankingsOf(result, rowsOf(result));
  const times = rankings.flatMap(({ entries }) => entries.flatMap(({ ns }) => ns ?? []));
  if (times.length === 0) return `<p>Nothing in ${escaped(name)} has a number.</p>`;
  const scale = { from: 10 ** Math.floor(Math.log10(Math.min(...times)) - 0.1), to: Math.max(...times) };
  const brackets = bracketsOf(rankings);
  const tables = rankings.map((ranking) =>
    rankingHtml(ranking, brackets.splice(0, ranking.entries.length), scale),
  );
  return `${several ? `<h3>${escaped(name)}</h3>` : ""}<div class="glance">${tables.join("\n")}</div>`;
}

function rankingHtml({ title, entries, groups }: Ranking, brackets: string[], scale: Scale): string {
  const rows = entries.map((entry, i) => {
    const alike = new Set(
      groups
        .filter(([first, last]) => first <= i && i <= last)
        .flatMap(([first, last]) => entries.slice(first, last + 1))
        .filter((other) => other !== entry)
        .map(({ row }) => row.mechanism),
    );
    return entryHtml(entry, brackets[i] ?? "", [...alike], scale);
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table>
<caption>${escaped(title)}</caption>
<thead><tr><td class="bracket"></td><th scope="col" class="left">mechanism</th><th scope="col">median, µs</th><th scope="col" class="range">range of launches</th><th scope="col" class="left bars">logarithmic: shorter is faster</th><th scope="col">of C</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

function entryHtml({ row, ns, compared }: Entry, bracket: string, alike: string[], scale: Scale): string {
  const share = ns === null ? 0 : Math.log(ns / scale.from) / Math.log(scale.to / scale.from);
  const range = compared
    ? `${microsText(1e9 / compared.ours.highest)}–${microsText(1e9 / compared.ours.lowest)}`
    : "";
  const said =
    alike.length === 0 ? "" : `<span class="hidden">no difference from ${escaped(alike.join(", "))}</span>`;
  return `<tr><td class="bracket"><span aria-hidden="true">${escaped(bracket)}</span>${said}</td><th scope="row" class="left">${escaped(row.mechanism)}</th><td>${ns === null ? failureWord(row) : microsText(ns)}</td><td class="range">${range}</td><td class="bars"><span style="width: ${(100 * share).toFixed(1)}%"></span></td><td>${compared ? ofCText(compared) : ""}</td></tr>`;
}
