import { isUnexpected, type JudgedClaim, type Summary } from "@ipc-playground/contract";
import type { DemoRun } from "@ipc-playground/lab-kit/runner";
import { lanes } from "@ipc-playground/lab-kit/views";
import pc from "picocolors";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { type Screen, TEXT_WIDTH } from "../terminal.ts";

/** What is shown of a demo: live or from a recording, it is the same. */
export type Shown = Pick<DemoRun, "title" | "events" | "claims"> & { error?: { message: string } };

/** A heading with a rule, as wide as the screen; the heading alone where there is no room for more. */
export function rule(title: string, right: string, { width, color }: Screen): string {
  const c = pc.createColors(color);
  if (stringWidth(title) + stringWidth(right) + 8 > width) return c.bold(wrapAnsi(title, width));
  const line = "─".repeat(
    Math.max(2, Math.min(width, TEXT_WIDTH) - stringWidth(title) - stringWidth(right) - 5),
  );
  return `${c.dim("──")} ${c.bold(title)} ${c.dim(`${line} ${right}`)}`;
}

export function printedLanes(run: Shown, screen: Screen): string {
  return lanes(run.events, screen);
}

export function printedClaims(run: Shown, screen: Screen): string {
  const failed = run.error ? `${pc.createColors(screen.color).red(`failed: ${run.error.message}`)}\n` : "";
  return run.claims.map((claim) => printedClaim(claim, screen)).join("") + failed;
}

function printedClaim(claim: JudgedClaim, { width, color }: Screen): string {
  const c = pc.createColors(color);
  const room = Math.min(width, TEXT_WIDTH) - 4;
  const says = wrapAnsi(`“${claim.says}”`, room).replace(/\n/g, "\n    ");
  const evidence = wrapAnsi(`${verdictWords(claim)}: ${claim.evidence}. ${claim.source}`, room).replace(
    /^/gm,
    "    ",
  );
  return `  ${mark(claim, c)} ${says}\n${c.dim(evidence)}\n`;
}

function mark(claim: JudgedClaim, c: ReturnType<typeof pc.createColors>): string {
  if (isUnexpected(claim)) return c.red("!");
  if (claim.verdict === "unavailable") return c.yellow("–");
  return claim.verdict === "holds" ? c.green("✓") : c.magenta("✗");
}

/** The verdict, and what it means that it is that one. */
export function verdictWords(claim: JudgedClaim): string {
  if (isUnexpected(claim)) return `unexpected: ${claim.verdict}, and this project expects "${claim.expect}"`;
  if (claim.verdict === "refuted") return "refuted";
  return claim.verdict;
}

export function printedSummary({ demos, claims, failed, ms }: Summary, { color, width }: Screen): string {
  const c = pc.createColors(color);
  const total = claims.holds + claims.refuted + claims.unavailable;
  const parts = [
    `${plural(demos, "demo")}, ${plural(total, "claim")}: ${claims.holds} hold, ${claims.refuted} refuted`,
    claims.unavailable > 0 ? `, ${claims.unavailable} unavailable` : "",
    claims.unexpected > 0 ? `, ${claims.unexpected} unexpected` : "",
    failed > 0 ? `, ${plural(failed, "demo")} failed` : "",
    `, in ${(ms / 1_000).toFixed(1)} s.`,
    claims.unexpected + failed === 0 ? " All as expected." : "",
  ];
  const text = wrapAnsi(parts.join(""), width);
  return `${claims.unexpected + failed === 0 ? c.green(text) : c.red(text)}\n`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
