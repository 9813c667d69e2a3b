import { readdirSync, readFileSync } from "node:fs";
import type { Usage } from "./job.ts";

/** Of a running process, all threads that it has. `null`: /proc does not tell. proc(5) */
export function usageOf(pid: number): Usage | null {
  const usage = { cpuMicros: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const file = (name: string) => readFileSync(`/proc/${pid}/task/${thread}/${name}`, "utf8");
      // Nanoseconds on a processor come first. `stat` has them too, but in ticks of 10 ms.
      usage.cpuMicros += Number(file("schedstat").split(" ")[0]) / 1_000;
      const status = file("status");
      usage.voluntarySwitches += numberAfter("voluntary_ctxt_switches:", status);
      usage.involuntarySwitches += numberAfter("nonvoluntary_ctxt_switches:", status);
    }
  } catch {
    return null;
  }
  return { ...usage, cpuMicros: Math.round(usage.cpuMicros) };
}

/** What was used between two of them. */
export function between(before: Usage, after: Usage): Usage {
  return {
    cpuMicros: after.cpuMicros - before.cpuMicros,
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
  };
}

function numberAfter(label: string, text: string): number {
  return Number(text.match(new RegExp(`^${label}\\s+(\\d+)`, "m"))?.[1] ?? 0);
}

/** Resident memory of a running process, in bytes: VmRSS. `null`: /proc does not tell. proc(5) */
export function residentBytes(pid: number): number | null {
  try {
    return numberAfter("VmRSS:", readFileSync(`/proc/${pid}/status`, "utf8")) * 1_024;
  } catch {
    return null;
  }
}
