import { MODES } from "@ipc-playground/bench-kit";
import { PLACEMENTS } from "@ipc-playground/bench-kit/run";
import { Command } from "commander";
import { EXIT } from "../exit.ts";
import { choosingCommand } from "./choosing/command.ts";
import { compareCommand } from "./compare/command.ts";
import { CHAT, FRAMING } from "./registry.ts";
import { reportCommand } from "./report/command.ts";
import type { BenchOptions } from "./run.ts";
import { parseCounts, parseNames, parseSizes, parseWholeNumber } from "./values.ts";

const MAX_SEED = 2 ** 32 - 1;
const MAX_RECEIVERS = 10_000;
const MAX_WINDOW = 1_000;
const MAX_IDLE = 50_000;

/** `pnpm bench`. */
export function benchCommand(): Command {
  return new Command("pnpm bench")
    .enablePositionalOptions()
    .addCommand(compareCommand())
    .addCommand(choosingCommand())
    .addCommand(reportCommand())
    .description(
      "Measure mechanisms between two real processes, next to the same program in C: latency, rate and throughput.",
    )
    .argument(
      "[name...]",
      "which mechanisms; without one, all that there are; or framing or chat, which are none",
    )
    .option("--quick", "short runs: half a minute for a mechanism, two for everything (the default)")
    .option("--full", "sizes from 64 B to 1 MiB, all placements: up to 20 minutes")
    .option("--load", "and how long messages take when they are sent on a schedule; --full does that, too")
    .option("--size <list>", "bytes of a message, for example 100,64k,1M", (text) => parseSizes(text))
    .option("--chunk <list>", "bytes that a decoder gets at once; framing only", (text) =>
      parseSizes(text, "a chunk"),
    )
    .option(
      "--receivers <list>",
      "people in a room besides the sender; chat only",
      parseCounts("--receivers", 1, MAX_RECEIVERS),
    )
    .option(
      "--window <list>",
      "messages that a sender runs ahead of the slowest receiver; chat only",
      parseCounts("--window", 1, MAX_WINDOW),
    )
    .option(
      "--idle <n>",
      "connections that say nothing, for their memory; chat only",
      parseWholeNumber("--idle", 1, MAX_IDLE),
    )
    .option("--mode <list>", `only these: ${MODES.join(", ")}`, parseNames("mode", MODES))
    .option(
      "--placement <list>",
      `where the two processes run: ${PLACEMENTS.join(", ")}`,
      parseNames("placement", PLACEMENTS),
    )
    .option("--runs <n>", "fresh launches of each row", parseWholeNumber("--runs", 1, 1000))
    .option(
      "--seed <n>",
      "of the order of launches; an earlier run's, to repeat it",
      parseWholeNumber("--seed", 0, MAX_SEED),
    )
    .option("--json <file>", "save all that was measured; an existing file is left alone")
    .option("--continue <file>", "go on with a run that was interrupted, and save it there again")
    .option("--hgrm <folder>", "save a percentile distribution of each row's latency there")
    .action(async (names: string[], options: BenchOptions) => {
      if (names.includes(FRAMING)) {
        const { benchFraming } = await import("./framing/run.ts");
        process.exitCode = await benchFraming(names, options);
        return;
      }
      if (names.includes(CHAT)) {
        const { benchChat } = await import("./chat/run.ts");
        process.exitCode = await benchChat(names, options);
        return;
      }
      const { bench } = await import("./run.ts");
      process.exitCode = await bench(names, options);
    })
    .addHelpText(
      "after",
      `\nExit status: ${EXIT.ok} all was measured, ${EXIT.failed} a row failed, ${EXIT.usage} wrong usage.`,
    );
}
