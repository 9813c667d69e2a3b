import type { ArriveJob, ArriveRun } from "../job.ts";
import { nowNs } from "../load/clock.ts";
import { meter } from "../load/meter.ts";
import { connectOne } from "./clients.ts";

const NS_PER_MS = 1e6;

/** People come, are welcomed, and go at once: always `atOnce` on their way. */
export async function arrive(job: ArriveJob): Promise<ArriveRun> {
  let [started, arrived] = [0, 0];
  const until = async (ms: number) => {
    const [stopNs, most] = [nowNs() + ms * NS_PER_MS, started + (job.arrivals ?? Number.POSITIVE_INFINITY)];
    const worker = async () => {
      while (started < most && (job.arrivals !== undefined || nowNs() < stopNs)) {
        const socket = await connectOne(job.server.port, `r${started++}`);
        arrived++;
        socket.disconnect();
      }
    };
    await Promise.all(Array.from({ length: job.atOnce }, worker));
  };
  await until(job.warmMs);
  const [before, startNs, usage] = [arrived, nowNs(), meter(job.server.pid)];
  await until(job.timedMs);
  return { arrivals: arrived - before, ns: nowNs() - startNs, usage: usage() };
}
