import type { Measure, Operators } from "../bench.ts";
import type { SideRun } from "../side/protocol.ts";

/** Time on a processor and context switches of one process during one run. getrusage(2) */
export interface Usage {
  cpuMicros: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** One timed run of one measure, by whichever program. */
export interface Measured {
  /** Round trips, messages one way, or operations: those of both sides. */
  messages: number;
  ns: number;
  usage: { a: Usage; b: Usage };
  /** When each tenth was over, in ns since the start. The yardstick has none, nor have operations of both sides at once. */
  tenthsNs?: number[];
  /** Nanoseconds of each round trip; `latency` only. */
  samples?: number[];
  /** Who did them; `operations` only. */
  operators?: Operators;
}

/** Put together what the two sides saw. One-way, time ends at the receiver's last byte. */
export function combine(measure: Measure, messages: number, a: SideRun, b: SideRun): Measured {
  if (measure === "operations") return combineOperations(a, b);
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

/** From the first operation of either side to the last; B has no marks where A was alone. */
function combineOperations(a: SideRun, b: SideRun): Measured {
  const alone = b.marks.length === 0;
  const [ofA, ofB] = [a, b].map(({ marks }) => marks.map(BigInt)) as [bigint[], bigint[]];
  const first = alone || (ofA[0] ?? 0n) < (ofB[0] ?? 0n) ? ofA[0] : ofB[0];
  const since = (mark: bigint | undefined) => Number((mark ?? 0n) - (first ?? 0n));
  return {
    messages: (a.operations ?? 0) + (b.operations ?? 0),
    ns: Math.max(since(ofA.at(-1)), alone ? 0 : since(ofB.at(-1))),
    usage: { a: usageOf(a), b: usageOf(b) },
    operators: alone ? "alone" : "both",
    ...(alone && { tenthsNs: ofA.slice(1).map(since) }),
  };
}

function usageOf({ usage }: SideRun): Usage {
  return {
    cpuMicros: usage.userMicros + usage.systemMicros,
    voluntarySwitches: usage.voluntarySwitches,
    involuntarySwitches: usage.involuntarySwitches,
  };
}
