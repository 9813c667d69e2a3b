import type { Measure } from "../bench.ts";
import type { SideRun } from "../side/protocol.ts";

/** Time on a processor and context switches of one process during one run. getrusage(2) */
export interface Usage {
  cpuMicros: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** One timed run of one measure, by whichever program. */
export interface Measured {
  messages: number;
  ns: number;
  usage: { a: Usage; b: Usage };
  /** When each tenth was over, in ns since the start. The yardstick has none. */
  tenthsNs?: number[];
  /** Nanoseconds of each round trip; `latency` only. */
  samples?: number[];
}

/** Put together what the two sides saw. One-way, time ends at the receiver's last byte. */
export function combine(measure: Measure, messages: number, a: SideRun, b: SideRun): Measured {
  const start = BigInt(a.marks[0] ?? 0);
  const tenthsNs = (measure === "throughput" ? b : a).marks
    .slice(1)
    .map((mark) => Number(BigInt(mark) - start));
  return {
    messages,
    ns: tenthsNs.at(-1) ?? 0,
    usage: { a: usageOf(a), b: usageOf(b) },
    tenthsNs,
    ...(a.samples && { samples: a.samples }),
  };
}

function usageOf({ usage }: SideRun): Usage {
  return {
    cpuMicros: usage.userMicros + usage.systemMicros,
    voluntarySwitches: usage.voluntarySwitches,
    involuntarySwitches: usage.involuntarySwitches,
  };
}
