import type { BothUsages, Usage } from "../job.ts";
import { between, usageOf } from "../usage.ts";

function own(): Usage {
  const { userCPUTime, systemCPUTime, voluntaryContextSwitches, involuntaryContextSwitches } =
    process.resourceUsage();
  return {
    cpuMicros: userCPUTime + systemCPUTime,
    voluntarySwitches: voluntaryContextSwitches,
    involuntarySwitches: involuntaryContextSwitches,
  };
}

/** Begin to count what the server and this process use. The function that is returned says what it was. */
export function meter(serverPid: number): () => BothUsages {
  const before = { server: usageOf(serverPid), load: own() };
  return () => {
    const [load, server] = [own(), usageOf(serverPid)];
    return {
      server: before.server && server && between(before.server, server),
      load: between(before.load, load),
    };
  };
}
