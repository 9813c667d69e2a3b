import { z } from "zod";
import { MEASURES, MODES, OPERATORS } from "../bench.ts";
import { PLACEMENTS } from "./placement.ts";

/**
 * The version of the form below. A reader refuses a version that it does not know.
 * 1 had no `operations`, one way to wait for each yardstick, and did not say which measures a failed
 * row would have had.
 */
export const RESULT_VERSION = 2;
const READABLE_VERSIONS = [1, RESULT_VERSION] as const;

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

const waits = z
  .enum(MODES)
  .optional()
  .describe("c only, where the yardstick has several ways to wait: the mode that it is compared with");

const launch = z.object({
  mechanism: z.string(),
  by: z.enum([...MODES, "c"]).describe("the mode in which Node ran it; c: the yardstick"),
  waits,
  size: count.describe("bytes of each message; 0: it has none"),
  block: count.describe("launches of one mechanism and size in one block ran beside each other"),
  order: count.describe("which launch of the whole run it was"),
  cpus: z
    .object({ a: z.array(count), b: z.array(count) })
    .describe("the processors each side may run on, read back; for c, empty if unpinned"),
  measured: z.partialRecord(z.enum(MEASURES), measured),
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
  reason: z.string(),
  measures: z.array(z.enum(MEASURES)).optional().describe("what it would have had; since version 2"),
});

/** What `--json` saves: all that was seen, and all that is needed to judge it. */
export const resultSchema = z.object({
  format: z.literal("ipc-playground bench"),
  version: z.literal(READABLE_VERSIONS),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  commandLine: z.array(z.string()),
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
    placement: z.enum(PLACEMENTS),
    sizes: z.array(count),
  }),
  controls: z.array(control),
  noYardstick: z.record(z.string(), z.string()).describe("why a mechanism has no C column, by mechanism"),
  launches: z.array(launch),
  failures: z.array(failure).describe("rows without a number, and why"),
});

export type BenchResult = z.infer<typeof resultSchema>;
export type Launch = z.infer<typeof launch>;
export type SavedMeasured = z.infer<typeof measured>;
export type Control = z.infer<typeof control>;
export type Failure = z.infer<typeof failure>;
