import { createRequire } from "node:module";
import { IpcError } from "@ipc-playground/contract";
import { type Bench, MEASURES, measuresOf } from "../bench.ts";
import type { Duration } from "./calibrate.ts";
import { type CompileOptions, compileYardstick } from "./compile.ts";
import { measureControls } from "./controls.ts";
import { programText, sizeText } from "./format.ts";
import { encodeSamples } from "./histogram.ts";
import { type Launched, launch, type MeasuredBy } from "./launch.ts";
import { LADDER, type MeasuredLoad } from "./load.ts";
import { machine } from "./machine.ts";
import { takePace } from "./pace.ts";
import { type Placement, processorsFor } from "./placement.ts";
import { remainingOf, rowName, rowOf, withWholeGroups } from "./remaining.ts";
import { type BenchResult, type Launch, type LoadPoint, type ProfileName, RESULT_VERSION } from "./result.ts";
import { type LoadedBench, type Planned, type ScheduleOptions, schedule } from "./schedule.ts";
import { launchYardstick } from "./yardstick.ts";

export interface Progress {
  /** Launches that are over, and all there are; a failed row takes its launches along. */
  done: number;
  total: number;
  /** What runs now: `pipe, blocking, 100 B`. Empty at the end. */
  now: string;
}

export interface RunOptions extends Duration, ScheduleOptions {
  /** Under which name the plan was chosen. Default: `custom`. */
  profile?: ProfileName;
  /** An interrupted result of the same plan: what it has is not measured again. */
  resume?: BenchResult | undefined;
  /** A launch that takes longer is ended, and its row fails. Default: many times what it should take. */
  watchdogMs?: number;
  /** Exactly this many messages in every run: for tests that ask whether it works, not how fast. */
  messages?: number | undefined;
  /** What the user typed, for the record. */
  commandLine?: readonly string[];
  compile?: CompileOptions;
  onProgress?: (progress: Progress) => void;
  /** After each block, with all that there is so far: to be saved in case the process dies. */
  onBlock?: (soFar: BenchResult) => void;
  signal?: AbortSignal | undefined;
}

/** Import a bench module, to know what it has; the processes of a launch import it again. */
export async function loadBench(url: string): Promise<LoadedBench> {
  return { bench: ((await import(url)) as { default: Bench }).default, url };
}

/**
 * Measure: every row in `runs` fresh launches, ours beside the yardstick's, in an order that the
 * seed decides. A row that fails is in `failures`, and the others go on. An abort ends the launch
 * that runs, leaves no process, and makes the result an `interrupted` one.
 *
 * @throws {IpcError} BAD_USAGE: a placement is not possible here.
 * @throws {IpcError} COMPILE_FAILED, FILE_UNWRITABLE: see {@link compileYardstick}.
 * @throws the signal's reason, when it was aborted before there was anything to measure with.
 */
export async function runBench(options: RunOptions): Promise<BenchResult> {
  const started = performance.now();
  const bed: TestBed = {
    options,
    yardsticks: new Yardsticks(options),
    cpus: new Map(options.placements.map((placement) => [placement, processorsFor(placement)])),
  };
  const session = { startedAt: new Date().toISOString(), seconds: 0, commandLine: commandLineOf(options) };
  const planned = schedule(options, (bench) => bed.yardsticks.programOf(bench) !== undefined);
  const result = options.resume ? withWholeGroups(options.resume, planned) : await emptyResult(bed);
  result.sessions.push(session);
  const remaining = remainingOf(planned, result);
  const total = remaining.length;
  for (const [done, one] of remaining.entries()) {
    options.onProgress?.({ done, total, now: whatRuns(one) });
    if (!(await measureOne(one, bed, result))) break;
    session.seconds = (performance.now() - started) / 1000;
    if (remaining[done + 1]?.block !== one.block) options.onBlock?.(result);
  }
  if (!options.signal?.aborted) result.state = "complete";
  options.onProgress?.({ done: total, total, now: "" });
  return result;
}

/** What every launch of a run needs. */
interface TestBed {
  options: RunOptions;
  yardsticks: Yardsticks;
  cpus: ReadonlyMap<Placement, readonly [number, number] | undefined>;
}

function commandLineOf({ commandLine }: RunOptions): string[] {
  return [...(commandLine ?? process.argv)];
}

function whatRuns(one: Planned): string {
  return [one.loaded.bench.mechanism, programText(one), sizeText(one.size), one.placement].join(", ");
}

/** Add one launch, or why its row has no number. Returns whether to go on. */
async function measureOne(one: Planned, bed: TestBed, result: BenchResult): Promise<boolean> {
  const row = rowOf(one);
  const name = rowName(row);
  if (result.failures.some((failure) => rowName(failure) === name)) return true;
  const { block, order } = one;
  result.pace.push({ order, ns: takePace() });
  try {
    const { measured, cpus, load = [] } = await launchOne(one, bed);
    const loads = load.length > 0 && { load: load.map(savedLoad) };
    result.launches.push({ ...row, block, order, cpus, measured: saved(measured), ...loads });
  } catch (error) {
    if (bed.options.signal?.aborted) return false;
    if (!(error instanceof IpcError)) throw error;
    const measures = [...measuresOf(one.loaded.bench)];
    const overLimit = error.code === "MESSAGE_TOO_LONG" && ({ overLimit: true } as const);
    result.failures.push({ ...row, reason: error.fact, measures, ...overLimit });
    result.launches = result.launches.filter((launch) => rowName(launch) !== name);
  }
  return true;
}

/** Each bench's program in C, or why there is none. */
class Yardsticks {
  readonly #programs = new Map<string, string>();
  readonly missing: Record<string, string> = {};

  constructor({ benches, compile }: RunOptions) {
    for (const { bench } of benches) {
      const compiled =
        bench.yardstick === undefined
          ? { kind: "absent" as const, reason: bench.noYardstick ?? "none is written yet" }
          : compileYardstick(bench.yardstick, compile);
      if (compiled.kind === "ready") this.#programs.set(bench.mechanism, compiled.program);
      else this.missing[bench.mechanism] = compiled.reason;
    }
  }

  programOf(bench: Bench): string | undefined {
    return this.#programs.get(bench.mechanism);
  }
}

async function emptyResult({ options, yardsticks }: TestBed): Promise<BenchResult> {
  return {
    format: "ipc-playground bench",
    version: RESULT_VERSION,
    state: "interrupted",
    profile: options.profile ?? "custom",
    sessions: [],
    machine: machine(),
    packages: packageVersions(),
    plan: {
      seed: options.seed,
      runs: options.runs,
      warmMs: options.warmMs,
      timedMs: options.timedMs,
      sizes: [...options.sizes],
      placements: [...options.placements],
      placementSizes: [...(options.placementSizes ?? options.sizes)],
      mechanisms: options.benches.map(({ bench }) => bench.mechanism),
      briefly: [...(options.briefly ?? [])],
      loadSizes: [...(options.loadSizes ?? [])],
      modes: options.modes ? [...options.modes] : null,
    },
    controls: await measureControls(options.sizes, options.signal),
    pace: [],
    work: Object.fromEntries(
      options.benches.flatMap(({ bench: { mechanism, work } }) => (work ? [[mechanism, work]] : [])),
    ),
    noYardstick: yardsticks.missing,
    launches: [],
    failures: [],
  };
}

/** @throws {IpcError} BENCH_ROW_FAILED, or MESSAGE_TOO_LONG: the mechanism takes none of that size. */
async function launchOne(
  { loaded, by, size, placement, measures, waits, load }: Planned,
  { options, yardsticks, cpus }: TestBed,
): Promise<Launched> {
  const { mechanism, maxMessageBytes } = loaded.bench;
  const most = maxMessageBytes?.() ?? Number.POSITIVE_INFINITY;
  if (size > most) {
    throw new IpcError(
      "MESSAGE_TOO_LONG",
      `one message of ${mechanism} may have ${most} bytes here, and ${size} were asked for`,
      "choose a smaller --size",
    );
  }
  const { signal, messages, warmMs, timedMs } = options;
  const watchdogMs = options.watchdogMs ?? 10_000 + 20 * (warmMs + MEASURES.length * timedMs);
  const shared = { size, measures, cpus: cpus.get(placement), signal, messages, warmMs, timedMs, watchdogMs };
  return by === "c"
    ? launchYardstick({ ...shared, waits, program: yardsticks.programOf(loaded.bench) ?? "" })
    : launch({ ...shared, ...loaded, mode: by, ladder: load ? LADDER : undefined });
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

function savedLoad({ samples, ...rest }: MeasuredLoad): LoadPoint {
  return { ...rest, histogram: encodeSamples(samples) };
}

/** Of what stands between a message and the kernel, beside Node itself. */
function packageVersions(): Record<string, string> {
  const libc = createRequire(import.meta.resolve("@ipc-playground/libc"));
  const { version } = libc("koffi") as { version: string };
  return { koffi: version, libuv: process.versions.uv ?? "unknown" };
}
