import type { ArriveJob, ArriveRun } from "../job.ts";
import { nowNs } from "./clock.ts";
import { Crowd } from "./crowd.ts";
import { meter } from "./meter.ts";

const NS_PER_MS = 1e6;
/** Addresses that they come from in turn: each has a wait of a minute before it may use a port again. */
const ADDRESSES = 64;

/** People come, are welcomed, and go at once: always `atOnce` on their way. */
export function arrive(job: ArriveJob): ArriveRun {
  using crowd = new Crowd(job.server.port, job.stallMs);
  let [started, arrived] = [0, 0];
  const open = (place: number) => {
    const hello = {
      says: `r${started}\n`,
      answer: "* Welcome",
      from: `127.0.0.${1 + (started % ADDRESSES)}`,
    };
    started++;
    crowd.open(place, hello);
  };
  crowd.on = {
    entered: (place) => {
      arrived++;
      crowd.close(place);
      open(place);
    },
  };
  const until = (ms: number) => {
    const [stopNs, most] = [nowNs() + ms * NS_PER_MS, arrived + (job.arrivals ?? Number.POSITIVE_INFINITY)];
    while (arrived < most && (job.arrivals !== undefined || nowNs() < stopNs)) crowd.turn();
  };
  for (let place = 0; place < job.atOnce; place++) open(place);
  until(job.warmMs);
  const [before, startNs, usage] = [arrived, nowNs(), meter(job.server.pid)];
  until(job.timedMs);
  return { arrivals: arrived - before, ns: nowNs() - startNs, usage: usage() };
}
