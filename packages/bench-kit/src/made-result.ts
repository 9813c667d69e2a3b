import { type BenchResult, RESULT_VERSION } from "./run/result.ts";

/** A complete result that nobody measured, with these launches: for tests of what is made from results. */
export function madeResult(
  launches: BenchResult["launches"],
  more: Partial<Omit<BenchResult, "plan">> & { plan?: Partial<BenchResult["plan"]> } = {},
): BenchResult {
  return {
    format: "ipc-playground bench",
    version: RESULT_VERSION,
    state: "complete",
    profile: "custom",
    sessions: [{ startedAt: "2024-01-01T00:00:00.000Z", seconds: 1, commandLine: ["pnpm", "bench"] }],
    machine: {
      cpu: "A processor",
      cores: 2,
      kernel: "6.1.0",
      virtual: true,
      governor: null,
      clocksource: "tsc",
      node: "20.19.0",
      v8: "11",
      arch: "x64",
      commit: null,
    },
    packages: {},
    controls: [],
    pace: [],
    work: {},
    noYardstick: {},
    launches,
    failures: [],
    ...more,
    plan: {
      seed: 1,
      runs: 5,
      warmMs: 250,
      timedMs: 80,
      sizes: [100],
      placements: ["two-cores"],
      placementSizes: [100],
      mechanisms: ["pipe"],
      briefly: [],
      loadSizes: [],
      modes: null,
      ...more.plan,
    },
  };
}
