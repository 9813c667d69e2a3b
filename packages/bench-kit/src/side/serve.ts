import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { isMainThread } from "node:worker_threads";
import { IpcError } from "@ipc-playground/contract";
import { check, getAffinity, type ResourceUsage, resourceUsage, setAffinity } from "@ipc-playground/libc";
import type { Bench, Shared, Side } from "../bench.ts";
import { COMPLETE, type Payload, SAMPLED } from "../payload.ts";
import { Control } from "./control.ts";
import type { Driver, Timing } from "./driver.ts";
import { eventLoopDriver } from "./event-loop-driver.ts";
import { FIRST_FD, type RunCommand, type SideJob, type SideRun } from "./protocol.ts";
import { syncDriver } from "./sync-driver.ts";

/** Threads share a process, so each counts for itself; a process pays for Node's other threads, too. */
const WHO = isMainThread ? "self" : "thread";

/**
 * One side of a launch: connects to the channel and runs what the coordinator asks for, in a process or
 * a thread of its own, which ends when there is no more.
 */
export async function serve(job: SideJob, controlFd: number, shared?: Shared): Promise<void> {
  const control = new Control(controlFd);
  const fail = (error: unknown): never => {
    control.fail(error);
    // Stay until the coordinator ends this process: leaving now would close the channel, and the
    // partner would report that instead of the reason.
    while (control.nextCommand() !== null);
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  process.on("beforeExit", () => fail(new Error("the channel closed before the run was over")));
  try {
    const cpus = settle(job.cpu);
    const driver = await connect(job, shared);
    control.answer({ ready: { cpus, tid: Number(basename(readlinkSync("/proc/thread-self"))) } });
    for (let command = control.nextCommand(); command; command = control.nextCommand()) {
      control.answer({ ran: await run(driver, command) });
    }
  } catch (error) {
    fail(error);
  }
  process.exit(0);
}

async function connect(job: SideJob, shared: Shared | undefined): Promise<Driver> {
  const bench = ((await import(job.url)) as { default: Bench }).default;
  const side: Side = {
    role: job.role,
    size: job.size,
    fds: Object.fromEntries(job.fds.map((name, i) => [name, FIRST_FD + i])),
    names: job.names,
    ...(shared && { shared }),
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
  const before = resourceUsage(WHO);
  const { marks, samples, operations, arrivals } = await timed(driver, command, payload);
  return {
    marks: marks.map(String),
    usage: difference(before, resourceUsage(WHO)),
    ...(samples && { samples: [...samples] }),
    ...(operations !== undefined && { operations }),
    ...(arrivals && { arrivals: [...arrivals] }),
  };
}

async function timed(
  driver: Driver,
  { measure, messages, operators, load }: RunCommand,
  payload: Payload,
): Promise<Timing> {
  if (load && driver.load) return driver.load(load, payload);
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
