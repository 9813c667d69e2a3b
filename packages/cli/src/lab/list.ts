import wrapAnsi from "wrap-ansi";
import { LABS } from "../labs.ts";
import { screen } from "../terminal.ts";

/** The labs, a line each. */
export function listLabs(): void {
  const { width } = screen();
  const longest = Math.max(...LABS.map((lab) => lab.name.length));
  for (const { name, summary } of LABS) {
    const text = wrapAnsi(`ready  ${summary}`, Math.max(20, width - longest - 2));
    console.log(`${name.padEnd(longest)}  ${text.replace(/\n/g, `\n${" ".repeat(longest + 9)}`)}`);
  }
  console.log("\n`pnpm lab NAME` runs one; `pnpm lab --help` lists what else there is.");
}
