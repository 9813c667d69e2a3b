/** The process whose threads are both sides: it makes what they share, and tells the coordinator if one ends. */
import { MessagePort, Worker } from "node:worker_threads";
import type { Bench, Shared } from "../bench.ts";
import { Control } from "./control.ts";
import { endWith } from "./parent.ts";
import { type SideJob, THREAD_CONTROL_FDS } from "./protocol.ts";
import type { ThreadData } from "./thread.ts";

const THREAD = new URL("./thread.js", import.meta.url);

function start(job: SideJob, shared: Shared): void {
  const controlFd = THREAD_CONTROL_FDS[job.role];
  const control = new Control(controlFd);
  const workerData: ThreadData = { job, controlFd, shared };
  const transferList = shared instanceof MessagePort ? [shared] : [];
  new Worker(THREAD, { workerData, transferList })
    .on("error", (error) => control.fail(error))
    .on("exit", (code) => control.fail(`its thread ended with exit code ${code}`));
}

const jobs = JSON.parse(process.argv[2] ?? "") as Record<"a" | "b", SideJob>;
endWith(jobs.a.coordinator);
// Its threads' last words go through here: stay until the coordinator ends this process.
setInterval(() => {}, 2 ** 30);
try {
  const { default: bench } = (await import(jobs.a.url)) as { default: Bench };
  const shared = await bench.share?.(jobs.a);
  if (shared === undefined) throw new TypeError(`${bench.mechanism} shares nothing between threads`);
  for (const role of ["a", "b"] as const) start(jobs[role], shared[role]);
} catch (error) {
  new Control(THREAD_CONTROL_FDS.a).fail(error);
}
