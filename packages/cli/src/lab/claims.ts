import type { JudgedClaim } from "@ipc-playground/contract";
import type { Lab } from "@ipc-playground/lab-kit";
import { removeRun, runDemo } from "@ipc-playground/lab-kit/runner";
import Table from "cli-table3";
import { EXIT } from "../exit.ts";
import { progress, screen } from "../terminal.ts";
import { scriptOf } from "./lesson.ts";
import { verdictWords } from "./print.ts";
import { onInterrupt, summarise } from "./run.ts";

/** Narrower than this, a table has no room for its columns. */
const TABLE_FROM_WIDTH = 60;

/** Put every claim of these labs to the kernel, and print them as a table. Returns the exit status. */
export async function showClaims(labs: readonly Lab[]): Promise<number> {
  const interruption = onInterrupt();
  const claims: JudgedClaim[] = [];
  let failed = 0;
  try {
    for (const lab of labs) {
      for (const scene of scriptOf(lab).scenes) {
        const done = progress(`running ${lab.name} ${scene.demo} …`);
        const run = await runDemo(scene.module, interruption);
        done();
        if (interruption.aborted) return EXIT.interrupted;
        claims.push(...run.claims);
        if (run.error !== undefined) {
          failed++;
          console.error(`${run.demo} failed: ${run.error.message}`);
        }
      }
    }
  } finally {
    removeRun();
  }
  console.log(claimsTable(claims, screen().width));
  return failed + summarise("", [{ claims }], 0).claims.unexpected === 0 ? EXIT.ok : EXIT.failed;
}

/** Claim, source, verdict, evidence; a list where the screen is too narrow for a table. */
export function claimsTable(claims: readonly JudgedClaim[], width: number): string {
  if (width < TABLE_FROM_WIDTH) {
    return claims
      .map((claim) => `${verdictWords(claim)}: ${claim.says} (${claim.evidence}; ${claim.source})`)
      .join("\n");
  }
  // Five borders; what is left goes to the columns in these shares.
  const room = width - 5;
  const verdict = 12;
  const share = (part: number) => Math.floor((room - verdict) * part);
  const table = new Table({
    head: ["claim", "source", "verdict", "evidence"],
    colWidths: [share(0.36), share(0.24), verdict, share(0.4)],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const claim of claims) table.push([claim.says, claim.source, verdictWords(claim), claim.evidence]);
  return table.toString();
}
