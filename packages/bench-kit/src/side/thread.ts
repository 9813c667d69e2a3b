/** The thread of one side, where both are threads of one process. */
import { workerData } from "node:worker_threads";
import type { Shared } from "../bench.ts";
import type { SideJob } from "./protocol.ts";
import { serve } from "./serve.ts";

export interface ThreadData {
  job: SideJob;
  controlFd: number;
  shared: Shared;
}

const { job, controlFd, shared } = workerData as ThreadData;
await serve(job, controlFd, shared);
