import { createRequire } from "node:module";
import { IpcError } from "@ipc-playground/contract";
import { type Bench, MEASURES, type Mode, measuresOf } from "../bench.ts";
import type { Duration } from "./calibrate.ts";
import { type CompileOptions, compileYardstick } from "./compile.ts";
import { measureControls } from "./controls.ts";
import { programText, sizeText } from "./format.ts";
import { encodeSamples } from "./histogram.ts";
import { type Launched, launch, type MeasuredBy } from "./launch.ts";
import { machine } from "./machine.ts";
import { type Placement, processorsFor } from "./placement.ts";
import { type BenchResult, type Launch, RESULT_VERSION } from "./result.ts";
import { type LoadedBench, type Planned, schedule } from "./schedule.ts";
import { launchYardstick } from "./yardstick.ts";

export interface Progress {
  /** Launches that are over, and all there are; a failed row takes its launches along. */
  done: number;
  total: number;
  /** What runs now: `pipe, blocking, 100 B`. Empty at the end. */
  now: string;
}

export interface RunOptions extends Duration {
  benches: readonly LoadedBench[];
  /** Bytes of a message. */
  sizes: readonly number[];
  /** Default: every mode that a bench has. */
  modes?: readonly Mode[] | undefined;
  /** Fresh launches of each row. */
  runs: number;
  seed: number;
  placement: Placement;
  /** A launch that takes longer is ended, and its row fails. Default: many times what it should take. */
  watchdogMs?: number;
  /** Exactly this many messages in every run: for tests that ask whether it works, not how fast. */
  messages?: number | undefined;
  /** What the user typed, for the record. */
  commandLine?: readonly string[];
  compile?: CompileOptions;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal | undefined;
}

/** Import a bench module, to know what it has; the processes of a launch import it again. */
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
  const started = performance.now();
  const cpus = processorsFor(options.placement);
  const yardsticks = new Yardsticks(options);
  const result = await emptyResult(options, yardsticks);
  const planned = schedule(options, (bench) => yardsticks.programOf(bench) !== undefined);
  for (const [order, one] of planned.entries()) {
    const { bench } = one.loaded;
    const now = `${bench.mechanism}, ${programText(one)}, ${sizeText(one.size)}`;
    options.onProgress?.({ done: order, total: planned.length, now });
    const { by, size, waits } = one;
    const row = { mechanism: bench.mechanism, by, size, ...(waits && { waits }) };
    const isSameRow = (other: RowName) => rowName(other) === rowName(row);
    if (result.failures.some(isSameRow)) continue;
    try {
      const launched = await launchOne(one, yardsticks.programOf(bench), cpus, options);
      const measured = saved(launched.measured);
      result.launches.push({ ...row, block: one.block, order, cpus: launched.cpus, measured });
    } catch (error) {
      if (options.signal?.aborted || !(error instanceof IpcError)) throw error;
      result.failures.push({ ...row, reason: error.fact, measures: [...measuresOf(bench)] });
      result.launches = result.launches.filter((launch) => !isSameRow(launch));
    }
  }
  options.onProgress?.({ done: planned.length, total: planned.length, now: "" });
  result.seconds = (performance.now() - started) / 1000;
  return result;
}

type RowName = Pick<Launch, "mechanism" | "by" | "size" | "waits">;

function rowName({ mechanism, by, size, waits }: RowName): string {
  return JSON.stringify([mechanism, by, size, waits]);
}

/** Each bench's program in C, or why there is none. */
class Yardsticks {
  readonly #programs = new Map<string, string>();
  readonly missing: Record<string, string> = {};

  constructor({ benches, compile }: RunOptions) {
    for (const { bench } of benches) {
      const compiled =
        bench.yardstick === undefined
          ? { kind: "absent" as const, reason: "none is written yet" }
          : compileYardstick(bench.yardstick, compile);
      if (compiled.kind === "ready") this.#programs.set(bench.mechanism, compiled.program);
      else this.missing[bench.mechanism] = compiled.reason;
    }
  }

  programOf(bench: Bench): string | undefined {
    return this.#programs.get(bench.mechanism);
  }
}

async function emptyResult(options: RunOptions, yardsticks: Yardsticks): Promise<BenchResult> {
  return {
    format: "ipc-playground bench",
    version: RESULT_VERSION,
    startedAt: new Date().toISOString(),
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
    noYardstick: yardsticks.missing,
    launches: [],
    failures: [],
  };
}

/** @throws {IpcError} BENCH_ROW_FAILED */
async function launchOne(
  { loaded, by, size, measures, waits }: Planned,
  program: string | undefined,
  cpus: readonly [number, number] | undefined,
  options: RunOptions,
): Promise<Launched> {
  const { mechanism, maxMessageBytes } = loaded.bench;
  const most = maxMessageBytes?.() ?? Number.POSITIVE_INFINITY;
  if (size > most) {
    throw new IpcError(
      "BENCH_ROW_FAILED",
      `one message of ${mechanism} may have ${most} bytes here, and ${size} were asked for`,
      "choose a smaller --size",
    );
  }
  const { signal, messages, warmMs, timedMs } = options;
  const watchdogMs = options.watchdogMs ?? 10_000 + 20 * (warmMs + MEASURES.length * timedMs);
  const shared = { size, measures, cpus, signal, messages, warmMs, timedMs, watchdogMs };
  return by === "c"
    ? launchYardstick({ ...shared, waits, program: program ?? "" })
    : launch({ ...shared, ...loaded, mode: by });
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

/** Of what stands between a message and the kernel, beside Node itself. */
function packageVersions(): Record<string, string> {
  const libc = createRequire(import.meta.resolve("@ipc-playground/libc"));
  const { version } = libc("koffi") as { version: string };
  return { koffi: version, libuv: process.versions.uv ?? "unknown" };
}
