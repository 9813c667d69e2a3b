/** One side of a launch: a process that connects to the channel and runs what the coordinator asks for. */
import { IpcError } from "@ipc-playground/contract";
import {
  check,
  getAffinity,
  type ResourceUsage,
  resourceUsage,
  setAffinity,
  setParentDeathSignal,
} from "@ipc-playground/libc";
import type { Bench, Side } from "../bench.ts";
import { COMPLETE, type Payload, SAMPLED } from "../payload.ts";
import { answer, nextCommand } from "./control.ts";
import type { Driver, Timing } from "./driver.ts";
import { eventLoopDriver } from "./event-loop-driver.ts";
import { FIRST_FD, type RunCommand, type SideJob, type SideRun } from "./protocol.ts";
import { syncDriver } from "./sync-driver.ts";

const SIGKILL = 9;

async function connect(job: SideJob): Promise<Driver> {
  const bench = ((await import(job.url)) as { default: Bench }).default;
  const side: Side = {
    role: job.role,
    size: job.size,
    fds: Object.fromEntries(job.fds.map((name, i) => [name, FIRST_FD + i])),
    names: job.names,
  };
  if (job.mode === "event-loop") {
    const open = bench.modes["event-loop"];
    if (open) return eventLoopDriver((deliver) => open(side, deliver), job.role, job.size);
  } else {
    const open = bench.modes[job.mode];
    if (open) return syncDriver(await open(side), job.role, job.size, pageOf(job));
  }
  throw new IpcError(
    "BENCH_ROW_FAILED",
    `${bench.mechanism} has no ${job.mode} mode`,
    "add it to its bench.ts",
  );
}

function pageOf({ page, fds }: SideJob): number | undefined {
  return page ? FIRST_FD + fds.length : undefined;
}

function settle(cpu: number | undefined): number[] {
  if (cpu !== undefined) {
    check(setAffinity(0, [cpu]), { syscall: "sched_setaffinity", doing: `stay on processor ${cpu}` });
  }
  const cpus = getAffinity(0);
  return typeof cpus === "number" ? [] : cpus;
}

async function run(driver: Driver, command: RunCommand): Promise<SideRun> {
  const payload = command.payload === "complete" ? COMPLETE : SAMPLED;
  if (command.measure !== "operations") await driver.meet(payload);
  const before = resourceUsage("self");
  const { marks, samples, operations } = await timed(driver, command, payload);
  return {
    marks: marks.map(String),
    usage: difference(before, resourceUsage("self")),
    ...(samples && { samples: [...samples] }),
    ...(operations !== undefined && { operations }),
  };
}

async function timed(
  driver: Driver,
  { measure, messages, operators }: RunCommand,
  payload: Payload,
): Promise<Timing> {
  if (measure !== "operations") return driver.run(measure, messages, payload);
  if (driver.operate) return driver.operate(messages, operators);
  throw new IpcError("BENCH_ROW_FAILED", "this endpoint has no operations", "give it operate()");
}

function difference(before: ResourceUsage, after: ResourceUsage): ResourceUsage {
  return {
    userMicros: after.userMicros - before.userMicros,
    systemMicros: after.systemMicros - before.systemMicros,
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
  };
}

function fail(error: unknown): never {
  const fact =
    error instanceof IpcError ? error.fact : error instanceof Error ? error.message : String(error);
  answer({ failed: { fact, nextStep: error instanceof IpcError ? error.nextStep : "" } });
  // Stay until the coordinator ends this process: leaving now would close the channel, and the
  // partner would report that instead of the reason.
  while (nextCommand() !== null);
  process.exit(1);
}

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? "") as SideJob;
  setParentDeathSignal(SIGKILL);
  if (process.ppid !== job.coordinator) process.exit(1);
  process.on("uncaughtException", fail);
  process.on("beforeExit", () => fail(new Error("the channel closed before the run was over")));
  const cpus = settle(job.cpu);
  const driver = await connect(job);
  answer({ ready: { cpus } });
  for (let command = nextCommand(); command; command = nextCommand()) {
    answer({ ran: await run(driver, command) });
  }
  process.exit(0);
}

main().catch(fail);
