import { writeSync } from "node:fs";
import { IpcError } from "@ipc-playground/contract";
import type { Answer, Job } from "../job.ts";
import { arrive } from "./arrivals.ts";
import { broadcast } from "./broadcast.ts";
import { idle } from "./idle.ts";

// One launch of the load: it does one job on raw epoll, and prints an Answer.

const STDOUT = 1;
const job = JSON.parse(process.argv[2] ?? "") as Job;
try {
  if (job.does === "broadcast") print({ kind: "broadcast", runs: broadcast(job) });
  else if (job.does === "arrive") print({ kind: "arrive", run: arrive(job) });
  else idle(job, (connections) => print({ kind: "idle", connections }));
} catch (error) {
  if (!(error instanceof IpcError)) throw error;
  print({ kind: "failed", reason: error.fact });
}

/** At once: while connections are held there is no event loop that could do it. */
function print(answer: Answer): void {
  const text = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let done = 0; done < text.length; ) done += writeSync(STDOUT, text, done);
}
