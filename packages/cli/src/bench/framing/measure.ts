import { bytesText, machine, type Progress } from "@ipc-playground/bench-kit/run";
import { IpcError } from "@ipc-playground/contract";
import { launch } from "./launch.ts";
import { type Planned, planned } from "./plan.ts";
import { type FramingResult, isSameRow } from "./result.ts";

export interface MeasureOptions {
  plan: FramingResult["plan"];
  commandLine: string[];
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

/**
 * Every row in fresh processes, in the order of the plan. A row that fails is in `failures`, without
 * a number, and the others go on.
 *
 * @throws the signal's reason, when it was aborted; no process is left then.
 */
export async function measure({
  plan,
  commandLine,
  onProgress,
  signal,
}: MeasureOptions): Promise<FramingResult> {
  const started = performance.now();
  const result: FramingResult = {
    format: "ipc-playground bench framing",
    version: 1,
    startedAt: new Date().toISOString(),
    seconds: 0,
    commandLine,
    machine: machine(),
    plan,
    launches: [],
    memory: [],
    failures: [],
  };
  const all = planned(plan.sizes, plan.chunks, plan.runs, plan.seed);
  for (const [order, one] of all.entries()) {
    onProgress({ done: order, total: all.length, now: nameOf(one) });
    if (result.failures.some((row) => isSameRow(row, one))) continue;
    try {
      await launchInto(result, one, order, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof IpcError)) throw error;
      const { block: _, what: __, ...row } = one;
      result.failures.push({ ...row, reason: error.fact });
      result.launches = result.launches.filter((launched) => !isSameRow(launched, one));
    }
  }
  onProgress({ done: all.length, total: all.length, now: "" });
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

async function launchInto(
  result: FramingResult,
  { block, what, ...row }: Planned,
  order: number,
  signal: AbortSignal,
): Promise<void> {
  const { warmMs, timedMs } = result.plan;
  const measured = await launch({ ...row, what, warmMs, timedMs }, signal);
  if (measured.kind === "speed") {
    const { frames, cpuNs, ns } = measured;
    result.launches.push({ ...row, block, order, frames, cpuNs, ns });
  } else {
    const { frames, heapBytes, bufferBytes } = measured;
    result.memory.push({ ...row, frames, heapBytes, bufferBytes });
  }
}

function nameOf({ contender, does, size, chunk }: Planned): string {
  return `${contender}, ${does} ${bytesText(size)}${does === "decode" ? ` in ${bytesText(chunk)}` : ""}`;
}
