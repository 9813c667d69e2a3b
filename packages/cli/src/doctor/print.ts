import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import { screen } from "../terminal.ts";
import { type Finding, findings } from "./findings.ts";

/** Print what this machine can do. What is missing never stops a lab; it says what is left out. */
export function printDoctor(): void {
  const { width, color } = screen();
  const c = pc.createColors(color);
  const marks = { ok: c.green("✓"), missing: c.yellow("✗"), info: " " };
  const wrapped = (text: string, indent: number) =>
    wrapAnsi(text, Math.max(20, width - indent)).replace(/^/gm, " ".repeat(indent));
  const all = findings();
  for (const group of new Set(all.map((finding) => finding.group))) {
    console.log(c.bold(group));
    for (const finding of all.filter((finding) => finding.group === group)) console.log(entry(finding));
  }
  const missing = all.filter((finding) => finding.state === "missing");
  console.log(
    missing.length === 0
      ? "Nothing is missing."
      : `Missing: ${missing.map((finding) => finding.name).join(", ")}. Every lab runs all the same, and says what it leaves out.`,
  );

  function entry({ state, name, value, meaning, fix }: Finding): string {
    const head = `${marks[state]} ${name}: ${value}`;
    return [head, c.dim(wrapped(meaning, 4)), ...(fix === undefined ? [] : [wrapped(fix, 4)])].join("\n");
  }
}
