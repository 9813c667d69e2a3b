import { IpcError } from "@ipc-playground/contract";
import type { Answer, Job } from "../job.ts";
import { arrive } from "./arrivals.ts";
import { broadcast } from "./broadcast.ts";
import { connectAll } from "./clients.ts";

// One launch of the load by socket.io's own client: it does one job, and prints an Answer.

const job = JSON.parse(process.argv[2] ?? "") as Job;
// The coordinator holds the other end: when it is gone, nobody wants the answer.
process.stdin.on("end", () => process.exit(0)).resume();

work().then(
  (answer) => print(answer, job.does !== "idle"),
  (error: unknown) => {
    if (!(error instanceof IpcError)) throw error;
    print({ kind: "failed", reason: error.fact }, true);
  },
);

async function work(): Promise<Answer> {
  if (job.does === "broadcast") return { kind: "broadcast", runs: await broadcast(job) };
  if (job.does === "arrive") return { kind: "arrive", run: await arrive(job) };
  const clients = await connectAll(job.server.port, job.connections);
  return { kind: "idle", connections: clients.length };
}

function print(answer: Answer, isLast: boolean): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => isLast && process.exit(0));
}
