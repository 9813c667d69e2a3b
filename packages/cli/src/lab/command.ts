import { readFileSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import { sweepDeadRuns } from "@ipc-playground/lab-kit/runner";
import { Command } from "commander";
import { userPath } from "../files.ts";
import { LABS, labNamed } from "../labs.ts";
import type { ExerciseOptions } from "./exercise.ts";
import type { RunOptions } from "./run.ts";
import type { ViewOptions } from "./views.ts";

interface Raw extends Omit<RunOptions, "trace"> {
  trace?: string;
}

/** `pnpm lab`, with everything under it. What a subcommand needs is loaded when it runs. */
export function labCommand(): Command {
  const lab = withViews(new Command("pnpm lab"))
    .description(
      "Run a lab: real processes, what they say to each other, and what the kernel says of the textbook.",
    )
    .argument("[lab]", "which lab; without one, the labs are listed")
    .argument("[demo...]", "only these demos of it")
    .option("--step", "one demo at a time, with the lesson and a question before each")
    .version(version())
    .action(async (name: string | undefined, demos: string[], raw: Raw) => {
      if (name === undefined) {
        const { listLabs } = await import("./list.ts");
        listLabs();
        return;
      }
      const { runLab } = await import("./run.ts");
      process.exitCode = await runLab(labNamed(name), demos, checked(raw));
    });

  withViews(lab.command("replay <file>"))
    .description("show a recording again; `pnpm -s lab NAME --json > FILE` makes one")
    .action(async (file: string, _options, command: Command) => {
      const { replay } = await import("./replay.ts");
      replay(userPath(file), checked(command.optsWithGlobals()));
    });

  lab
    .command("claims [lab]")
    .description("put every claim to the kernel, and list claim, source, verdict and evidence")
    .action(async (name: string | undefined) => {
      const { showClaims } = await import("./claims.ts");
      process.exitCode = await showClaims(name === undefined ? LABS : [labNamed(name)]);
    });

  lab
    .command("exercise [lab/name]")
    .description("check your solution of an exercise; the first time, this makes the file to work in")
    .option("--hint [number]", "the first hint, or the one of that number")
    .option("--solution", "check and show the solution instead")
    .option("--reset", "begin anew; asks first, and keeps your file under another name")
    .action(async (name: string | undefined, options: ExerciseOptions) => {
      const { exercise } = await import("./exercise.ts");
      process.exitCode = await exercise(name, options);
    });

  lab
    .command("doctor")
    .description("what this machine can do: limits, permissions, compiler, native packages")
    .action(async () => {
      const { printDoctor } = await import("../doctor/print.ts");
      printDoctor();
    });

  lab
    .command("clean")
    .description("remove what runs left behind that were killed")
    .action(() => {
      const removed = sweepDeadRuns();
      for (const path of removed) console.log(`removed ${path}`);
      if (removed.length === 0) console.log("Nothing was left behind.");
    });

  return lab;
}

function withViews(command: Command): Command {
  return command
    .option("--quiet", "claims and verdicts only")
    .option("--json", "the event log as JSON Lines, and a summary line")
    .option("--mermaid", "a sequence diagram of each demo, as Markdown")
    .option("--trace <file>", "write a Chrome trace as well, for Perfetto");
}

function checked(raw: Raw): RunOptions & ViewOptions {
  const views = (["quiet", "json", "mermaid"] as const).filter((name) => raw[name]);
  if (views.length > 1) {
    throw new IpcError(
      "BAD_USAGE",
      `--${views[0]} and --${views[1]} do not go together`,
      "choose one of them",
    );
  }
  if (raw.step && (raw.json || raw.mermaid)) {
    throw new IpcError(
      "BAD_USAGE",
      "--step asks questions, which do not go with --json or --mermaid",
      "leave one of them out",
    );
  }
  return { ...raw, ...(raw.trace !== undefined && { trace: userPath(raw.trace) }) };
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
