import { randomInt } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Mode, modesOf } from "@ipc-playground/bench-kit";
import {
  type BenchResult,
  defaultPlacement,
  hgrmFiles,
  type LoadedBench,
  type Placement,
  report,
  runBench,
} from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import pc from "picocolors";
import { EXIT } from "../exit.ts";
import { userPath } from "../files.ts";
import { screen } from "../terminal.ts";
import { untilInterrupted } from "./interrupt.ts";
import { assertNew, writeNew } from "./new-file.ts";
import { benchesNamed, CHAT, FRAMING } from "./registry.ts";

export interface BenchOptions {
  quick?: true;
  full?: true;
  size?: number[];
  chunk?: number[];
  receivers?: number[];
  window?: number[];
  idle?: number;
  mode?: Mode[];
  placement?: Placement;
  runs?: number;
  seed?: number;
  json?: string;
  hgrm?: string;
}

/** Short enough to wait for: under half a minute for a mechanism with two modes. */
const QUICK = { sizes: [100, 65_536], runs: 5, warmMs: 250, timedMs: 80 };

/** From one cache line over PIPE_BUF and a pipe's capacity to far more than either. */
const FULL = { sizes: [64, 100, 1024, 4096, 65_536, 1_048_576], runs: 7, warmMs: 500, timedMs: 500 };

/** Measure, print the report, save what was asked for. Returns the exit status. */
export async function bench(names: readonly string[], options: BenchOptions): Promise<number> {
  if (options.quick && options.full) {
    throw new IpcError("BAD_USAGE", "--quick and --full exclude each other", "choose one of them");
  }
  if (options.chunk) {
    throw new IpcError("BAD_USAGE", "--chunk is for framing only", `use it with: pnpm bench ${FRAMING}`);
  }
  checkNotOfChat(options);
  const benches = await benchesNamed(names);
  checkModes(benches, options.mode);
  const files = filesFor(options);
  const profile = options.full ? FULL : QUICK;
  const result = await untilInterrupted((signal, display) =>
    runBench({
      ...profile,
      benches,
      sizes: options.size ?? profile.sizes,
      modes: options.mode,
      runs: options.runs ?? profile.runs,
      seed: options.seed ?? randomInt(2 ** 32),
      placement: options.placement ?? defaultPlacement(),
      commandLine: ["pnpm", "bench", ...process.argv.slice(3)],
      onProgress: (progress) => display.update(progress),
      signal,
    }),
  );
  if (typeof result === "number") return result;
  const { width, color } = screen();
  const { bold, dim } = pc.createColors(color);
  console.log(report(result, { width, bold, dim }));
  save(result, files);
  return result.failures.length > 0 ? EXIT.failed : EXIT.ok;
}

/** @throws {IpcError} BAD_USAGE: an option that only the chat's bench has. */
export function checkNotOfChat(options: BenchOptions): void {
  for (const flag of ["receivers", "window", "idle"] as const) {
    if (options[flag] === undefined) continue;
    throw new IpcError("BAD_USAGE", `--${flag} is for ${CHAT} only`, `use it with: pnpm bench ${CHAT}`);
  }
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

interface Files {
  json: string | undefined;
  hgrm: string | undefined;
}

/** @throws {IpcError} FILE_EXISTS, FILE_UNWRITABLE */
function filesFor({ json, hgrm }: BenchOptions): Files {
  const files = { json: json && userPath(json), hgrm: hgrm && userPath(hgrm) };
  for (const path of [files.json, files.hgrm]) {
    if (path !== undefined) assertNew(path);
  }
  return files;
}

function save(result: BenchResult, { json, hgrm }: Files): void {
  if (json !== undefined) writeNew(json, `${JSON.stringify(result)}\n`);
  if (hgrm === undefined) return;
  mkdirSync(hgrm);
  for (const { name, text } of hgrmFiles(result)) writeNew(join(hgrm, name), text);
}
