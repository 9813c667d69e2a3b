import { resourceLimit } from "@ipc-playground/libc";
import { BenchProcess } from "./bench-process.ts";
import { failed } from "./failed.ts";
import type { Answer, AnswerTo, Job, Target } from "./job.ts";
import type { Available } from "./servers.ts";
import { residentBytes } from "./usage.ts";

/** Until a server listens, in milliseconds. */
const START_MS = 20_000;
/** Descriptors that a process has besides its connections. */
const OTHER_DESCRIPTORS = 100;

export interface LaunchOptions {
  /** Processors of the server and of the load. Default: any. */
  cpus?: readonly [number, number] | undefined;
  watchdogMs: number;
  signal: AbortSignal;
}

export interface Launched<D extends Job["does"] = Job["does"]> {
  answer: AnswerTo<D>;
  /** The processors that each may run on, read back. */
  cpus: { server: number[]; load: number[] };
  /** Resident bytes of the server before anybody came, and with everybody there, for idle connections. */
  memory?: { before: number; after: number };
}

/**
 * One server in a fresh process, and one load in another. Both are gone when this settles.
 *
 * @throws {IpcError} BENCH_ROW_FAILED: a delivery was wrong or missing, a process failed, or the watchdog ended it.
 * @throws the signal's reason, when it was aborted.
 */
export async function launch<D extends Job["does"]>(
  available: Extract<Available, { kind: "ready" }>,
  jobFor: (server: Target) => Extract<Job, { does: D }>,
  { cpus, watchdogMs, signal }: LaunchOptions,
): Promise<Launched<D>> {
  await using server = new BenchProcess(available.server, { cpu: cpus?.[0], signal });
  const { port } = JSON.parse(await server.line(START_MS)) as { port: number };
  const before = residentBytes(server.pid);
  const job: Job = jobFor({ port, pid: server.pid });
  needDescriptors(connectionsOf(job));
  const [program, ...args] = available.load;
  await using load = new BenchProcess([program, ...args, JSON.stringify(job)], { cpu: cpus?.[1], signal });
  const answer = JSON.parse(await load.line(watchdogMs)) as Answer;
  if (answer.kind === "failed") throw failed(answer.reason);
  const launched = {
    answer: answer as AnswerTo<D>,
    cpus: { server: server.cpus, load: load.cpus },
  };
  const after = job.does === "idle" ? await settledBytes(server.pid, signal) : null;
  return before === null || after === null ? launched : { ...launched, memory: { before, after } };
}

function connectionsOf(job: Job): number {
  if (job.does === "broadcast") return job.receivers + 1;
  return job.does === "idle" ? job.connections : job.atOnce;
}

/**
 * A descriptor for each connection, on both sides. Their soft limits are as high as the hard one already: Node
 * raises its own when it starts, and what it starts inherits that.
 *
 * @throws {IpcError} BENCH_ROW_FAILED: there are not enough. Fewer connections would be another measurement.
 */
function needDescriptors(connections: number): void {
  const needed = connections + OTHER_DESCRIPTORS;
  const { hard } = resourceLimit("openFiles");
  if (hard >= needed) return;
  throw failed(`${needed} open files are needed, and the hard limit (ulimit -Hn) is ${hard}`);
}

const LOOK_MS = 100;
/** So many looks in a row without a change. */
const STEADY = 5;
const MOST_LOOKS = 50;

/** Resident memory once it no longer changes, or after 5 s. */
async function settledBytes(pid: number, signal: AbortSignal): Promise<number | null> {
  let bytes = residentBytes(pid);
  for (let looks = 0, steady = 0; steady < STEADY && looks < MOST_LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    signal.throwIfAborted();
    const now = residentBytes(pid);
    steady = now === bytes ? steady + 1 : 0;
    bytes = now;
  }
  return bytes;
}
