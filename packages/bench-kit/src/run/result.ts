import { z } from "zod";
import { MEASURES, MODES, OPERATORS } from "../bench.ts";
import { PLACEMENTS } from "./placement.ts";

/** The version of the form below. `loadResult` brings older ones into it, and refuses newer ones. */
export const RESULT_VERSION = 3;

/** How much was asked for; `custom`: sizes, runs or durations of the user's own. */
export const PROFILES = ["quick", "full", "custom"] as const;
export type ProfileName = (typeof PROFILES)[number];

const count = z.int().nonnegative();

const usage = z
  .object({ cpuMicros: count, voluntarySwitches: count, involuntarySwitches: count })
  .describe("one process during the run: time on a processor in us, context switches; getrusage(2)");

const measured = z.object({
  messages: z
    .int()
    .positive()
    .describe("round trips; for throughput, messages one way; for operations, how many both sides did"),
  ns: z.number().positive().describe("from the first message's start to the last one's end"),
  usage: z.object({ a: usage, b: usage }),
  tenthsNs: z
    .array(z.number())
    .optional()
    .describe(
      "when each tenth of the messages was over, in ns since the start; not for c, nor for operations of both",
    ),
  operators: z.enum(OPERATORS).optional().describe("operations only: A alone, or both at once"),
  histogram: z
    .string()
    .optional()
    .describe("latency only: every round trip in ns, as an HDR histogram (V2, compressed, base64)"),
});

const loadPoint = z
  .object({
    offeredPerSecond: z.number().positive(),
    messages: z.int().positive(),
    ns: z.number().positive().describe("from the first intended send to the last arrival"),
    leastLateNs: z
      .number()
      .optional()
      .describe("of the second half of the messages, the least time from intended send to arrival"),
    histogram: z
      .string()
      .describe("from each message's intended send to its arrival, in ns, as an HDR histogram"),
  })
  .describe("messages sent one way on a schedule, whether or not the receiver keeps up");

const waits = z
  .enum(MODES)
  .optional()
  .describe("c only, where the yardstick has several ways to wait: the mode that it is compared with");

const launch = z.object({
  mechanism: z.string(),
  by: z.enum([...MODES, "c"]).describe("the mode in which Node ran it; c: the yardstick"),
  waits,
  size: count.describe("bytes of each message; 0: it has none"),
  placement: z.enum(PLACEMENTS),
  block: count.describe("launches of one mechanism and size in one block ran beside each other"),
  order: count.describe("which launch of the whole plan it was"),
  cpus: z
    .object({ a: z.array(count), b: z.array(count) })
    .describe("the processors each side may run on, read back; for c, empty if unpinned"),
  measured: z.partialRecord(z.enum(MEASURES), measured),
  load: z.array(loadPoint).optional().describe("rows with an open-loop view, by growing load"),
});

const control = z.object({
  name: z.enum(["timer", "bare system call", "event-loop turn", "null", "copy-only"]),
  size: count.nullable(),
  ns: z.number().nonnegative(),
});

const failure = z.object({
  mechanism: z.string(),
  by: z.enum([...MODES, "c"]),
  waits,
  size: count,
  placement: z.enum(PLACEMENTS),
  reason: z.string(),
  overLimit: z.literal(true).optional().describe("the mechanism takes no message of that size"),
  measures: z.array(z.enum(MEASURES)).describe("what it would have had"),
});

const session = z
  .object({ startedAt: z.iso.datetime(), seconds: z.number(), commandLine: z.array(z.string()) })
  .describe("one sitting; an interrupted run that was continued has several");

const pace = z
  .object({ order: count, ns: z.number().positive() })
  .describe("how long the same small piece of arithmetic took before that launch: how fast the machine was");

const work = z
  .object({
    copies: z.number().nonnegative().describe("how often the kernel or a library copies the bytes"),
    systemCalls: z
      .partialRecord(z.enum(MODES), z.number().nonnegative())
      .describe("by mode, of both sides together"),
    says: z.string().describe("which copies and calls those are"),
  })
  .describe("what one message one way costs by construction");

/** What `--json` saves: all that was seen, and all that is needed to judge it. */
export const resultSchema = z.object({
  format: z.literal("ipc-playground bench"),
  version: z.literal(RESULT_VERSION),
  state: z.enum(["complete", "interrupted"]).describe("interrupted: launches of the plan are missing"),
  profile: z.enum(PROFILES),
  sessions: z.array(session).min(1),
  machine: z.object({
    cpu: z.string(),
    cores: z.int().positive(),
    kernel: z.string(),
    virtual: z.boolean().nullable(),
    governor: z.string().nullable(),
    clocksource: z.string().nullable(),
    node: z.string(),
    v8: z.string(),
    arch: z.string(),
    commit: z.string().nullable(),
  }),
  packages: z.record(z.string(), z.string()),
  plan: z.object({
    seed: count,
    runs: z.int().positive(),
    warmMs: count,
    timedMs: count,
    sizes: z.array(count),
    placements: z.array(z.enum(PLACEMENTS)).min(1),
    placementSizes: z.array(count).describe("the sizes at which the placements after the first were run"),
    mechanisms: z.array(z.string()),
    briefly: z
      .array(z.string())
      .default([])
      .describe("mechanisms that were run at placementSizes and in the first placement only"),
    loadSizes: z.array(count).default([]).describe("the sizes at which the open loop was run"),
    modes: z.array(z.enum(MODES)).nullable().describe("null: every mode that a mechanism has"),
  }),
  controls: z.array(control),
  pace: z.array(pace),
  work: z.record(z.string(), work).describe("by mechanism"),
  noYardstick: z.record(z.string(), z.string()).describe("why a mechanism has no C column, by mechanism"),
  launches: z.array(launch),
  failures: z.array(failure).describe("rows without a number, and why"),
});

export type BenchResult = z.infer<typeof resultSchema>;
export type Launch = z.infer<typeof launch>;
export type SavedMeasured = z.infer<typeof measured>;
export type Control = z.infer<typeof control>;
export type Failure = z.infer<typeof failure>;
export type LoadPoint = z.infer<typeof loadPoint>;
export type Work = z.infer<typeof work>;
