import { Command } from "commander";
import type { ChoosingOptions } from "./run.ts";

/** `pnpm bench choosing`. */
export function choosingCommand(): Command {
  return new Command("choosing")
    .description("Write docs/choosing.md, which mechanism when, again with the figures of a saved result.")
    .argument("<result.json>", "a result that pnpm bench --full --json FILE saved")
    .option("--out <file>", "write there instead; only a page that this command made is written over")
    .action(async (file: string, options: ChoosingOptions) => {
      const { writeChoosing } = await import("./run.ts");
      process.exitCode = writeChoosing(file, options);
    });
}
