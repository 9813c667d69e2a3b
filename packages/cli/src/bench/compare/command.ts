import { Command } from "commander";
import { EXIT } from "../../exit.ts";
import type { CompareOptions } from "./run.ts";

/** `pnpm bench compare`. */
export function compareCommand(): Command {
  return new Command("compare")
    .description("Say what changed from one saved result to another beyond the noise.")
    .argument("<old.json>", "a result that pnpm bench --json FILE saved")
    .argument("<new.json>", "another one, to be compared with it")
    .option("--json", "print the comparison as JSON")
    .action(async (older: string, newer: string, options: CompareOptions) => {
      const { compareFiles } = await import("./run.ts");
      process.exitCode = compareFiles(older, newer, options);
    })
    .addHelpText(
      "after",
      `\nExit status: ${EXIT.ok} compared, whether or not anything changed; ${EXIT.failed} there is nothing to compare; ${EXIT.usage} wrong usage.`,
    );
}
