import { createRequire } from "node:module";
import {
  encodeSamples,
  machine,
  measureControls,
  type Progress,
  processorsFor,
} from "@ipc-playground/bench-kit/run";
import { type Available, find, launch, SERVERS, type ServerName } from "@ipc-playground/chat/bench";
import { IpcError } from "@ipc-playground/contract";
import { type Planned, planned } from "./plan.ts";
import { type ChatResult, isSameRow, type Launch, type Plan, type Seen } from "./result.ts";
import { nameOf } from "./words.ts";

/** Nothing came for so long: something is lost. Both are in milliseconds. */
const STALL_MS = 10_000;
/** More than the slowest launch takes on a busy machine. */
const WATCHDOG_MS = 180_000;
/** How many share a room, where there are rooms. */
const PER_ROOM = 100;

export interface MeasureOptions {
  plan: Plan;
  commandLine: string[];
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

type Ready = Extract<Available, { kind: "ready" }>;

/**
 * Every row in fresh processes, in the order of the plan. A row that fails is in `failures`, without a number, and
 * the others go on.
 *
 * @throws {IpcError} BAD_USAGE: the placement is not possible here.
 * @throws {IpcError} COMPILE_FAILED, FILE_UNWRITABLE: of the yardstick.
 * @throws the signal's reason, when it was aborted; no process is left then.
 */
export async function measure(options: MeasureOptions): Promise<ChatResult> {
  const { plan, onProgress, signal } = options;
  const started = performance.now();
  const cpus = processorsFor(plan.placement);
  const { ready, absent } = lookAround();
  const result = await emptyResult(options, absent);
  const all = planned(plan, [...ready.keys()]);
  for (const [order, { row, block, windows }] of all.entries()) {
    onProgress({ done: order, total: all.length, now: nameOf(row) });
    if (result.failures.some((failure) => isSameRow(failure, row))) continue;
    try {
      const program = ready.get(row.server) as Ready;
      const seen = await launchOne(program, { row, block, windows }, { plan, cpus, signal });
      result.launches.push({ ...row, block, order, ...seen });
    } catch (error) {
      if (signal.aborted || !(error instanceof IpcError)) throw error;
      result.failures.push({ ...row, reason: error.fact });
      result.launches = result.launches.filter((launched) => !isSameRow(launched, row));
    }
  }
  onProgress({ done: all.length, total: all.length, now: "" });
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

function lookAround(): { ready: Map<ServerName, Ready>; absent: ChatResult["absent"] } {
  const ready = new Map<ServerName, Ready>();
  const absent: ChatResult["absent"] = {};
  for (const name of SERVERS) {
    const found = find(name);
    if (found.kind === "ready") ready.set(name, found);
    else absent[name] = found.reason;
  }
  return { ready, absent };
}

async function emptyResult(
  { plan, commandLine, signal }: MeasureOptions,
  absent: ChatResult["absent"],
): Promise<ChatResult> {
  return {
    format: "ipc-playground bench chat",
    version: 1,
    startedAt: new Date().toISOString(),
    seconds: 0,
    commandLine,
    machine: machine(),
    packages: packageVersions(),
    plan,
    controls: await measureControls(plan.sizes, signal),
    absent,
    launches: [],
    failures: [],
  };
}

interface Where {
  plan: Plan;
  cpus: readonly [number, number] | undefined;
  signal: AbortSignal;
}

/** @throws {IpcError} BENCH_ROW_FAILED */
async function launchOne(
  program: Ready,
  { row, windows }: Planned,
  { plan, cpus, signal }: Where,
): Promise<Seen & Pick<Launch, "cpus">> {
  const options = { cpus, signal, watchdogMs: WATCHDOG_MS };
  const shared = { warmMs: plan.warmMs, timedMs: plan.timedMs, stallMs: STALL_MS };
  if (row.does === "broadcast") {
    const { does, receivers, size } = row;
    const what = { does, receivers, size, windows, relayed: program.relayed ?? false, ...shared };
    const { answer, cpus } = await launch(program, (server) => ({ server, ...what }), options);
    const runs = answer.runs.map(({ latencyNs, ...run }) => ({
      ...run,
      histogram: encodeSamples(latencyNs),
    }));
    return { cpus, runs: runs.toSorted((x, y) => x.window - y.window) };
  }
  if (row.does === "arrive") {
    const { does, atOnce } = row;
    const { answer, cpus } = await launch(
      program,
      (server) => ({ server, does, atOnce, ...shared }),
      options,
    );
    return { cpus, arrivals: answer.run };
  }
  const rooms = program.hasRooms ? { perRoom: PER_ROOM } : {};
  const what = { does: row.does, connections: row.connections, ...rooms, stallMs: STALL_MS };
  const launched = await launch(program, (server) => ({ server, ...what }), options);
  return { cpus: launched.cpus, ...(launched.memory && { memory: launched.memory }) };
}

/** Of what stands between a message and the kernel, beside Node itself. */
function packageVersions(): Record<string, string> {
  const versions: Record<string, string> = { libuv: process.versions.uv ?? "unknown" };
  const from = { koffi: "@ipc-playground/libc", "socket.io": "@ipc-playground/chat" };
  for (const [name, user] of Object.entries(from)) {
    try {
      const require = createRequire(import.meta.resolve(user));
      versions[name] = (require(`${name}/package.json`) as { version: string }).version;
    } catch {
      // Not installed, which its column says.
    }
  }
  return versions;
}
