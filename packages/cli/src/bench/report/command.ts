import { Command } from "commander";
import { EXIT } from "../../exit.ts";
import type { ReportOptions } from "./run.ts";

/** `pnpm bench report`. */
export function reportCommand(): Command {
  return new Command("report")
    .description("Look at saved results again: in the terminal, as a page with pictures, or as pictures.")
    .argument("<file...>", "results that pnpm bench --json FILE saved; several are drawn beside each other")
    .option("--html <file>", "write one page that needs no network; an existing file is left alone")
    .option("--svg <folder>", "write each picture there; existing files are left alone")
    .action(async (files: string[], options: ReportOptions) => {
      const { reportFiles } = await import("./run.ts");
      process.exitCode = await reportFiles(files, options);
    })
    .addHelpText(
      "after",
      `\nExit status: ${EXIT.ok} shown or written, ${EXIT.failed} a file cannot be read or written, ${EXIT.usage} wrong usage.`,
    );
}
