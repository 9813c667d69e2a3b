import { IpcError } from "@ipc-playground/contract";
import { check, close, ftruncate, memfdCreate } from "@ipc-playground/libc";
import type { Bench, Channel, ChannelEnd, Measure, Mode } from "../bench.ts";
import { MEETING_PLACE_BYTES } from "../side/meeting-place.ts";
import type { RunCommand, SideJob } from "../side/protocol.ts";
import { calibratedRun, type Duration, warmUp } from "./calibrate.ts";
import { climb, type Ladder, type MeasuredLoad } from "./load.ts";
import { combine, type Measured } from "./measured.ts";
import { type SideProcess, startProcess, startThreads } from "./side-process.ts";

export interface LaunchOptions extends Duration {
  bench: Bench;
  /** Where the two processes import the bench from. */
  url: string;
  mode: Mode;
  size: number;
  /** In the order in which they are to run. */
  measures: readonly Measure[];
  /** The processors of A and B; absent: wherever the scheduler likes. */
  cpus?: readonly [number, number] | undefined;
  /** A launch that takes longer is ended, and fails. */
  watchdogMs: number;
  /** Exactly this many messages, instead of as many as {@link Duration} asks for. */
  messages?: number | undefined;
  /** The loads of the open loop, after the measures. Absent: none. */
  ladder?: Ladder | undefined;
  /** A command to start both processes by, such as `["strace", "-D"]`. See {@link commandUnder}. */
  under?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

export type MeasuredBy = Partial<Record<Measure, Measured>>;

export interface Launched {
  measured: MeasuredBy;
  /** The open loop, by growing load. */
  load?: MeasuredLoad[];
  /** The processors each side may run on, read back from the kernel. */
  cpus: { a: number[]; b: number[] };
}

type Sides = Record<"a" | "b", SideProcess>;

/** Threads have theirs inside their process. */
const NO_CHANNEL: Channel = { a: {}, b: {} };

/** Messages of which every byte is checked before anything is timed. */
const GATE_MESSAGES = 4;

/**
 * Start two processes, run every measure between them, and end them, whatever happens.
 *
 * @throws {IpcError} BENCH_ROW_FAILED: a side failed, with its reason, or the watchdog ended it.
 * @throws the signal's reason, when it was aborted.
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  options.signal?.throwIfAborted();
  const channel = (await options.bench.open?.({ mode: options.mode, size: options.size })) ?? NO_CHANNEL;
  const sides = options.bench.share
    ? startThreads(jobOf(options, "a"), jobOf(options, "b"), options)
    : startProcesses(options, channel);
  const all = [sides.a, sides.b];
  const { signal, watchdogMs } = options;
  let giveUp: (reason: unknown) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const watchdog = setTimeout(() => giveUp(stuck(all, watchdogMs)), watchdogMs);
  const stop = () => giveUp(signal?.reason);
  signal?.addEventListener("abort", stop);
  try {
    return await Promise.race([conduct(sides, options), givenUp]);
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener("abort", stop);
    for (const side of all) side.kill();
    await Promise.all(all.map((side) => side.gone));
    await channel.remove?.();
  }
}

/** Memory for both sides, apart from the channel. */
function openPage(): number {
  const fd = memfdCreate("bench-kit");
  check(fd, { syscall: "memfd_create", doing: "make a page for both sides" });
  check(ftruncate(fd, MEETING_PLACE_BYTES), { syscall: "ftruncate", doing: "make a page for both sides" });
  return fd;
}

function startProcesses(options: LaunchOptions, channel: Channel): Sides {
  const page = options.measures.includes("operations") ? openPage() : undefined;
  const start = (role: "a" | "b") => {
    const { fds = {}, names = {}, env }: ChannelEnd<string, string> = channel[role];
    const numbers = Object.values(fds);
    const job = { ...jobOf(options, role), fds: Object.keys(fds), names, page: page !== undefined };
    const all = page === undefined ? numbers : [...numbers, page];
    const side = startProcess(job, all, { under: options.under, env });
    // The coordinator's copies would keep the channel open after a side is gone.
    for (const fd of numbers) close(fd);
    return side;
  };
  const sides = { a: start("a"), b: start("b") };
  if (page !== undefined) close(page);
  return sides;
}

function jobOf({ mode, size, url, cpus }: LaunchOptions, role: "a" | "b"): SideJob {
  const cpu = cpus?.[role === "a" ? 0 : 1];
  return {
    url,
    mode,
    role,
    size,
    fds: [],
    names: {},
    page: false,
    coordinator: process.pid,
    ...(cpu !== undefined && { cpu }),
  };
}

async function conduct(sides: Sides, options: LaunchOptions): Promise<Launched> {
  const [a, b] = await Promise.all([sides.a.ready(), sides.b.ready()]);
  const runOf =
    (measure: Measure, payload: RunCommand["payload"] = "sampled") =>
    async (messages: number) => {
      const operators = options.bench.operators ?? "alone";
      const command = { measure, messages, operators, payload };
      const [ofA, ofB] = await Promise.all([sides.a.run(command), sides.b.run(command)]);
      return combine(measure, messages, ofA, ofB);
    };
  const { measures, messages, warmMs, timedMs } = options;
  for (const measure of measures) await runOf(measure, "complete")(GATE_MESSAGES);
  const warm = new Map<Measure, Measured | undefined>();
  if (messages === undefined) {
    for (const measure of measures) warm.set(measure, await warmUp(runOf(measure), warmMs / measures.length));
  }
  const measured: MeasuredBy = {};
  for (const measure of measures) {
    const run = runOf(measure);
    measured[measure] = await (messages === undefined
      ? calibratedRun(run, timedMs, warm.get(measure))
      : run(messages));
  }
  const load = options.ladder && (await climb(sides, options.bench.loses ?? false, options.ladder));
  return { measured, cpus: { a, b }, ...(load && { load }) };
}

function stuck(sides: SideProcess[], watchdogMs: number): IpcError {
  return new IpcError(
    "BENCH_ROW_FAILED",
    `not done within ${watchdogMs / 1000} s: ${sides.map((side) => side.whereabouts()).join(", ")}`,
    "the watchdog ended both processes",
  );
}
