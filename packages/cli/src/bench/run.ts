import { randomInt } from "node:crypto";
import { type Mode, modesOf } from "@ipc-playground/bench-kit";
import {
  type BenchResult,
  differencesOf,
  type LoadedBench,
  machine,
  type Placement,
  report,
  runBench,
} from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import pc from "picocolors";
import { EXIT } from "../exit.ts";
import { screen } from "../terminal.ts";
import { untilInterrupted } from "./interrupt.ts";
import { chooseProfile } from "./profiles.ts";
import { benchesNamed, FRAMING, usualBenches } from "./registry.ts";
import { readResult, Saving } from "./saving.ts";
import { checkNotOfChat, checkOneProfile } from "./usage.ts";

export interface BenchOptions {
  quick?: true;
  full?: true;
  load?: true;
  size?: number[];
  chunk?: number[];
  receivers?: number[];
  window?: number[];
  idle?: number;
  mode?: Mode[];
  placement?: Placement[];
  runs?: number;
  seed?: number;
  json?: string;
  hgrm?: string;
  continue?: string;
}

/** Measure, print the report, save what was asked for. Returns the exit status. */
export async function bench(names: readonly string[], options: BenchOptions): Promise<number> {
  checkUsage(names, options);
  const earlier = options.continue === undefined ? undefined : continuable(options.continue);
  const everything = names.length === 0 && earlier === undefined;
  const benches = await (everything && !options.full
    ? usualBenches()
    : benchesNamed(earlier ? earlier.plan.mechanisms : names));
  checkModes(benches, options.mode);
  const saving = new Saving({ ...options, continued: options.continue });
  const plan = earlier
    ? {
        ...earlier.plan,
        profile: earlier.profile,
        modes: earlier.plan.modes ?? undefined,
        resume: earlier,
      }
    : {
        ...chooseProfile(benches, { ...options, everything }),
        modes: options.mode,
        seed: options.seed ?? randomInt(2 ** 32),
      };
  let status: number = EXIT.ok;
  const result = await untilInterrupted(async (signal, display) => {
    const result = await runBench({
      ...plan,
      benches,
      commandLine: ["pnpm", "bench", ...process.argv.slice(3)],
      onProgress: (progress) => display.update(progress),
      onBlock: (soFar) => saving.keep(soFar),
      signal,
    });
    if (signal.aborted) status = signal.reason as number;
    return result;
  });
  if (typeof result === "number") return result;
  return conclude(result, saving, status);
}

function conclude(result: BenchResult, saving: Saving, status: number): number {
  const { width, color } = screen();
  const { bold, dim } = pc.createColors(color);
  if (result.launches.length > 0 || result.failures.length > 0) {
    console.log(report(result, { width, bold, dim }));
  }
  const file = saving.finish(result);
  if (result.state === "interrupted") {
    console.error(`Stopped. What there is so far is saved; go on with: pnpm bench --continue ${file}`);
    return status;
  }
  return result.failures.some(({ overLimit }) => !overLimit) ? EXIT.failed : EXIT.ok;
}

/** @throws {IpcError} BAD_USAGE */
function checkUsage(names: readonly string[], options: BenchOptions): void {
  checkOneProfile(options);
  if (options.chunk) {
    throw new IpcError("BAD_USAGE", "--chunk is for framing only", `use it with: pnpm bench ${FRAMING}`);
  }
  checkNotOfChat(options);
  if (options.continue === undefined) return;
  const flags = ["quick", "full", "load", "size", "mode", "placement", "runs", "seed", "json"] as const;
  const other = flags.find((flag) => options[flag] !== undefined);
  if (other === undefined && names.length === 0) return;
  throw new IpcError(
    "BAD_USAGE",
    `${other ? `--${other}` : names.join(", ")} cannot be chosen again: a run goes on as it was begun`,
    `say only: pnpm bench --continue ${options.continue}`,
  );
}

/** @throws {IpcError} FILE_UNREADABLE, BAD_RESULT, BAD_USAGE: there is nothing to continue, or not here. */
function continuable(file: string): BenchResult {
  const result = readResult(file);
  if (result.state === "complete") {
    throw new IpcError("BAD_USAGE", `${file} is complete`, `look at it: pnpm bench report ${file}`);
  }
  const differences = differencesOf(result.machine, machine());
  if (differences.length === 0) return result;
  throw new IpcError(
    "BAD_USAGE",
    `${file} was begun on another machine or version (${differences.join("; ")})`,
    "continue it there, or measure anew: the two halves would not be comparable",
  );
}

/** @throws {IpcError} BAD_USAGE: none of the benches has any of these modes. */
function checkModes(benches: readonly LoadedBench[], modes: readonly Mode[] | undefined): void {
  const has = [...new Set(benches.flatMap(({ bench }) => modesOf(bench)))];
  if (modes === undefined || has.some((mode) => modes.includes(mode))) return;
  throw new IpcError(
    "BAD_USAGE",
    `${benches.map(({ bench }) => bench.mechanism).join(", ")} can not be measured in ${modes.join(", ")} mode`,
    `choose from: ${has.join(", ")}`,
  );
}
