import { createRequire } from "node:module";
import { IpcError } from "@ipc-playground/contract";
import { type Bench, MEASURES, type Measure, type Mode, modesOf } from "../bench.ts";
import type { Duration } from "./calibrate.ts";
import { type CompileOptions, compileYardstick } from "./compile.ts";
import { measureControls } from "./controls.ts";
import { encodeSamples } from "./histogram.ts";
import { type Launched, launch, type MeasuredBy } from "./launch.ts";
import { machine } from "./machine.ts";
import { type Placement, processorsFor } from "./placement.ts";
import { type BenchResult, type Launch, RESULT_VERSION } from "./result.ts";
import { seededRandom, shuffled } from "./shuffle.ts";
import { launchYardstick } from "./yardstick.ts";

export interface LoadedBench {
  bench: Bench;
  /** The module whose default export it is: every process imports it from there. */
  url: string;
}

export interface Progress {
  /** Launches that are over, and all there are; a failed row takes its launches along. */
  done: number;
  total: number;
  /** What runs now: `pipe, blocking, 100 B`. Empty at the end. */
  now: string;
}

export interface RunOptions extends Duration {
  benches: readonly LoadedBench[];
  sizes: readonly number[];
  /** Default: every mode that a bench has. */
  modes?: readonly Mode[] | undefined;
  /** Fresh launches of each row. */
  runs: number;
  seed: number;
  placement: Placement;
  /** Default: 10 s and twenty times what a launch should take. */
  watchdogMs?: number;
  /** Exactly this many messages in every run: for tests that ask whether it works, not how fast. */
  messages?: number | undefined;
  commandLine?: readonly string[];
  compile?: CompileOptions;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal | undefined;
}

type By = Launch["by"];

/** One launch that is to come. */
interface Planned {
  loaded: LoadedBench;
  by: By;
  size: number;
  block: number;
}

/** The yardstick's program, or why there is none. */
type Yardstick = { program: string } | { missing: string };

/** Import a bench module. Not for its speed: only to know what it has. */
export async function loadBench(url: string): Promise<LoadedBench> {
  return { bench: ((await import(url)) as { default: Bench }).default, url };
}

/**
 * Measure: every row in `runs` fresh launches, ours beside the yardstick's, in an order that the
 * seed decides. A row that fails is in `failures`, and the others go on.
 *
 * @throws {IpcError} BAD_USAGE: the placement is not possible here.
 * @throws {IpcError} COMPILE_FAILED, FILE_UNWRITABLE: see {@link compileYardstick}.
 * @throws the signal's reason, when it was aborted; no process is left then.
 */
export async function runBench(options: RunOptions): Promise<BenchResult> {
  const startedAt = new Date();
  const cpus = processorsFor(options.placement);
  const yardsticks = new Map(
    options.benches.map(({ bench }) => [bench.mechanism, yardstickOf(bench, options)]),
  );
  const result: BenchResult = {
    format: "ipc-playground bench",
    version: RESULT_VERSION,
    startedAt: startedAt.toISOString(),
    seconds: 0,
    commandLine: [...(options.commandLine ?? process.argv)],
    machine: machine(),
    packages: packageVersions(),
    plan: {
      seed: options.seed,
      runs: options.runs,
      warmMs: options.warmMs,
      timedMs: options.timedMs,
      placement: options.placement,
      sizes: [...options.sizes],
    },
    controls: await measureControls(options.sizes, options.signal),
    noYardstick: {},
    launches: [],
    failures: [],
  };
  for (const [mechanism, yardstick] of yardsticks) {
    if ("missing" in yardstick) result.noYardstick[mechanism] = yardstick.missing;
  }
  const planned = schedule(options, yardsticks);
  for (const [order, one] of planned.entries()) {
    options.onProgress?.({ done: order, total: planned.length, now: describe(one) });
    await addLaunch(result, one, order, yardsticks, cpus, options);
  }
  options.onProgress?.({ done: planned.length, total: planned.length, now: "" });
  result.seconds = (Date.now() - startedAt.getTime()) / 1000;
  return result;
}

function yardstickOf(bench: Bench, options: RunOptions): Yardstick {
  if (bench.yardstick === undefined) return { missing: "none written yet" };
  const compiled = compileYardstick(bench.yardstick, options.compile);
  return compiled.kind === "ready" ? { program: compiled.program } : { missing: compiled.reason };
}

/** Blocks of one launch of everything; in a block, a yardstick runs beside the modes it is compared with. */
function schedule(options: RunOptions, yardsticks: Map<string, Yardstick>): Planned[] {
  const random = seededRandom(options.seed);
  const groups = options.benches.flatMap((loaded) =>
    (loaded.bench.notifies ? [0] : options.sizes).map((size) => ({ loaded, size })),
  );
  const planned: Planned[] = [];
  for (let block = 0; block < options.runs; block++) {
    for (const { loaded, size } of shuffled(groups, random)) {
      const by: By[] = modesOf(loaded.bench).filter((mode) => options.modes?.includes(mode) ?? true);
      if ("program" in (yardsticks.get(loaded.bench.mechanism) ?? {})) by.push("c");
      planned.push(...shuffled(by, random).map((by) => ({ loaded, by, size, block })));
    }
  }
  return planned;
}

async function addLaunch(
  result: BenchResult,
  { loaded, by, size, block }: Planned,
  order: number,
  yardsticks: Map<string, Yardstick>,
  cpus: readonly [number, number] | undefined,
  options: RunOptions,
): Promise<void> {
  const { mechanism, measures = MEASURES, maxMessageBytes } = loaded.bench;
  const failed = (row: { mechanism: string; by: By; size: number }) =>
    row.mechanism === mechanism && row.by === by && row.size === size;
  if (result.failures.some(failed)) return;
  const { signal, messages, warmMs, timedMs } = options;
  const watchdogMs = options.watchdogMs ?? 10_000 + 20 * measures.length * (warmMs + timedMs);
  const shared = {
    size,
    measures: measuresInOrder(measures, order, options.seed),
    cpus,
    signal,
    messages,
    warmMs,
    timedMs,
    watchdogMs,
  };
  try {
    checkSize(size, mechanism, maxMessageBytes?.());
    const yardstick = yardsticks.get(mechanism);
    let launched: Launched;
    if (by !== "c") launched = await launch({ ...shared, ...loaded, mode: by });
    else if (yardstick && "program" in yardstick)
      launched = await launchYardstick({ ...shared, program: yardstick.program });
    else return;
    result.launches.push({
      mechanism,
      by,
      size,
      block,
      order,
      cpus: launched.cpus,
      measured: saved(launched.measured),
    });
  } catch (error) {
    if (signal?.aborted || !(error instanceof IpcError)) throw error;
    result.failures.push({ mechanism, by, size, reason: error.fact });
    result.launches = result.launches.filter((row) => !failed(row));
  }
}

function measuresInOrder(measures: readonly Measure[], order: number, seed: number): Measure[] {
  return shuffled(measures, seededRandom(seed + order));
}

function checkSize(size: number, mechanism: string, most: number | undefined): void {
  if (most !== undefined && size > most) {
    throw new IpcError(
      "BENCH_ROW_FAILED",
      `${size} bytes are more than one message of ${mechanism} may have here: ${most}`,
      "choose a smaller --size",
    );
  }
}

/** Single samples become a histogram: as good to within 0.1 %, and a hundred times smaller. */
function saved(measured: MeasuredBy): Launch["measured"] {
  return Object.fromEntries(
    Object.entries(measured).map(([measure, { samples, ...rest }]) => [
      measure,
      { ...rest, ...(samples && { histogram: encodeSamples(samples) }) },
    ]),
  );
}

function describe({ loaded, by, size }: Planned): string {
  return `${loaded.bench.mechanism}, ${by === "c" ? "C" : by}, ${size} B`;
}

function packageVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const own = require("../../package.json") as { name: string; version: string };
  return { [own.name]: own.version };
}
