import { spawn } from "node:child_process";
import { IpcError } from "@ipc-playground/contract";
import type { Measure, Mode } from "../bench.ts";
import { settlingMs } from "./calibrate.ts";
import type { Launched, MeasuredBy } from "./launch.ts";
import type { Measured } from "./measured.ts";
import { commandUnder } from "./side-process.ts";

export interface YardstickOptions {
  /** Least time of a run, in milliseconds. */
  timedMs: number;
  program: string;
  size: number;
  /** How it is to wait, where it has several ways. */
  waits?: Mode | undefined;
  measures: readonly Measure[];
  cpus?: readonly [number, number] | undefined;
  watchdogMs: number;
  /** Exactly this many messages, instead of as many as `timedMs` takes. */
  messages?: number | undefined;
  /** A command to start it by. See {@link commandUnder}. */
  under?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** What a yardstick prints: its measures by name. */
type Output = Record<Measure, Measured> & { cpus: [number, number] };

/**
 * One launch of a yardstick: the same measures, in C.
 *
 * @throws {IpcError} BENCH_ROW_FAILED: it failed, with what it said, or the watchdog ended it.
 * @throws the signal's reason, when it was aborted.
 */
export async function launchYardstick(options: YardstickOptions): Promise<Launched> {
  const { stdout, stderr, how } = await runProgram(options);
  if (how !== null) {
    throw new IpcError(
      "BENCH_ROW_FAILED",
      `the C yardstick ${how}${stderr ? `: ${stderr.trim()}` : ""}`,
      `run ${options.program} by hand to see why`,
    );
  }
  const output = JSON.parse(stdout) as Output;
  const measured: MeasuredBy = {};
  for (const measure of options.measures) measured[measure] = output[measure];
  const [a, b] = output.cpus;
  return { measured, cpus: { a: a < 0 ? [] : [a], b: b < 0 ? [] : [b] } };
}

function argumentsOf({ size, timedMs, messages, cpus, measures, waits }: YardstickOptions): string[] {
  const numbers = {
    size,
    "warm-ms": settlingMs(timedMs),
    "timed-ms": timedMs,
    messages,
    "cpu-a": cpus?.[0],
    "cpu-b": cpus?.[1],
  };
  const flags = Object.entries(numbers).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, String(value)],
  );
  return [...flags, ...(waits === undefined ? [] : ["--mode", waits]), ...measures];
}

interface Ended {
  stdout: string;
  stderr: string;
  /** How it ended, where that is not exit code 0. */
  how: string | null;
}

function runProgram(options: YardstickOptions): Promise<Ended> {
  options.signal?.throwIfAborted();
  // A process group of its own, so that the yardstick and its fork end together.
  const { file, args } = commandUnder(options.under, options.program, argumentsOf(options));
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  let late = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const killGroup = () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Already gone.
    }
  };
  const watchdog = setTimeout(() => {
    late = true;
    killGroup();
  }, options.watchdogMs);
  options.signal?.addEventListener("abort", killGroup);
  return new Promise<Ended>((resolve, reject) => {
    child.once("error", (error) =>
      resolve({ stdout, stderr, how: `could not be started: ${error.message}` }),
    );
    child.once("close", (code, signal) => {
      if (options.signal?.aborted) reject(options.signal.reason);
      else if (late) resolve({ stdout, stderr, how: `was not done within ${options.watchdogMs / 1000} s` });
      else if (signal) resolve({ stdout, stderr, how: `was ended by ${signal}` });
      else resolve({ stdout, stderr, how: code === 0 ? null : `ended with exit code ${code}` });
    });
  }).finally(() => {
    clearTimeout(watchdog);
    options.signal?.removeEventListener("abort", killGroup);
  });
}
